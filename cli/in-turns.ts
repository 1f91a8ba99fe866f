/** How many calls are made side by side; the vendor's rate budget sets the pace. */
const SIDE_BY_SIDE = 8;

/** Does `body` for each item, some side by side, and keeps their order. */
export async function inTurns<T, R>(items: readonly T[], body: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  const left = items.entries();
  const worker = async (): Promise<void> => {
    for (const [index, item] of left) results[index] = await body(item);
  };
  await Promise.all(Array.from({ length: SIDE_BY_SIDE }, worker));
  return results;
}
