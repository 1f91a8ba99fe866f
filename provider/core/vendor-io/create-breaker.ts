import { ApiError, hasStatus, SubaccountsError, UnknownOutcomeError } from "../base/errors";
import type { Run } from "../base/run";

/** Creates in a row of unknown outcome after which no further one is sent. */
const MAX_UNKNOWN = 8;

/**
 * Circuit breaker for the creates of one connection and run: while a vendor loses replies, each further create may
 * leave an account that no state has.
 */
export class CreateBreaker {
  readonly #title: string;
  #unknown = 0;

  /** @param title the vendor's name as people write it. */
  constructor(title: string) {
    this.#title = title;
  }

  /** The breaker of a connection in this run. */
  static of(run: Run, connection: string, title: string): CreateBreaker {
    return run.shared(`create breaker ${connection}`, () => new CreateBreaker(title));
  }

  /**
   * Runs a create, unless eight in a row before it ended with an unknown outcome. A create that succeeds or is refused
   * ends the row; a rate limit does not count.
   *
   * @throws SubaccountsError without a call while the breaker is open.
   */
  async guard<T>(create: () => Promise<T>): Promise<T> {
    if (this.#unknown >= MAX_UNKNOWN) {
      throw new SubaccountsError(
        `${this.#title} could not create the sub-account: nothing was sent, because the outcome of ${MAX_UNKNOWN} creates in a row ` +
          `could not be told in this run. See whether ${this.#title} has an outage; later run \`pulumi refresh\` and \`pulumi up\``,
      );
    }
    try {
      const created = await create();
      this.#unknown = 0;
      return created;
    } catch (error) {
      if (error instanceof ApiError && !hasStatus(error, 429)) this.#unknown = 0;
      if (error instanceof UnknownOutcomeError && !hasStatus(error.cause, 429)) this.#unknown++;
      throw error;
    }
  }
}
