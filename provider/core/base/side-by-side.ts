/** Does `body` for each item, at most so many at a time, and keeps their order. */
export async function sideBySide<T, R>(
  most: number,
  items: readonly T[],
  body: (item: T) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  const left = items.entries();
  const worker = async (): Promise<void> => {
    for (const [index, item] of left) results[index] = await body(item);
  };
  await Promise.all(Array.from({ length: most }, worker));
  return results;
}
