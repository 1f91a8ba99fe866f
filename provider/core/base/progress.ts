/** How far a run is with the resources of one connection, for people who wait. */
export class Progress {
  readonly #expected = new Set<string>();
  readonly #done = new Set<string>();
  #count = 0;

  /** The program declares the resource `urn` at this connection. */
  expect(urn: string): void {
    this.#expected.add(urn);
  }

  /** An operation has ended; `urn` where the protocol tells of which resource (not in a refresh or a destroy). */
  end(urn: string | undefined): void {
    this.#count++;
    if (urn !== undefined) this.#done.add(urn);
  }

  /** "340 of 1000 done", or "340 done" where nobody knows how many there are. */
  text(): string {
    const { size } = this.#expected;
    return size > 0 ? `${this.#done.size} of ${size} done` : `${this.#count} done`;
  }
}
