/** A map from ids to items with a second index by keys, of which an item may have several. */
export class KeyedItems<T> {
  readonly #keysOf: (item: T) => readonly string[];
  readonly #items = new Map<string, T>();
  readonly #ids = new Map<string, Set<string>>();

  constructor(keysOf: (item: T) => readonly string[]) {
    this.#keysOf = keysOf;
  }

  get(id: string): T | undefined {
    return this.#items.get(id);
  }

  set(id: string, item: T): void {
    const former = this.#items.get(id);
    if (former !== undefined) for (const key of this.#keysOf(former)) this.#ids.get(key)?.delete(id);
    this.#items.set(id, item);
    for (const key of this.#keysOf(item)) {
      const ids = this.#ids.get(key);
      if (ids) ids.add(id);
      else this.#ids.set(key, new Set([id]));
    }
  }

  /** How many items there are. */
  get size(): number {
    return this.#items.size;
  }

  /** All ids, in the order in which they came. */
  ids(): string[] {
    return [...this.#items.keys()];
  }

  /** The ids of the items that have one of these keys. */
  idsWith(keys: readonly string[]): string[] {
    return keys.flatMap((key) => [...(this.#ids.get(key) ?? [])]);
  }
}
