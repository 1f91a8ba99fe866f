/** One after the other: a failed turn fails its caller and is no obstacle to the next. */
export class Turns {
  #last: Promise<unknown> = Promise.resolve();

  /** Runs `body` when everything that took its turn before has ended. */
  take<R>(body: () => Promise<R>): Promise<R> {
    const turn = this.#last.then(body, body);
    this.#last = turn.catch(() => undefined);
    return turn;
  }
}
