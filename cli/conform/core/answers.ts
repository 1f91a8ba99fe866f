/** What is known of one switch: its value with the evidence, or why it could not be told. */
export type Answer =
  | { readonly state: "told"; readonly value: unknown; readonly because: string }
  | { readonly state: "untold"; readonly because: string };

/** What the emulator has a name for, and a person wants to read all the same: `headers`, `version 2026-10-01`. */
export interface Fact {
  readonly name: string;
  readonly text: string;
}

/** The answers about one vendor, by the emulator's switches. A value is told on evidence alone. */
export class Answers<Switches extends object> {
  readonly #answers = new Map<string, Answer>();
  readonly facts: Fact[] = [];

  /** Notes a value and its evidence. Evidence for two values is evidence for none. */
  tell<Name extends keyof Switches & string>(name: Name, value: Switches[Name], because: string): void {
    const before = this.#answers.get(name);
    const isOther = before?.state === "told" && JSON.stringify(before.value) !== JSON.stringify(value);
    this.#answers.set(
      name,
      isOther
        ? { state: "untold", because: `two calls contradict each other: ${before.because}; ${because}` }
        : { state: "told", value, because },
    );
  }

  /** Notes a value with its evidence, or, where there is none, why. */
  tellOr<Name extends keyof Switches & string>(
    name: Name,
    value: Switches[Name] | undefined,
    because: string,
    why: string,
  ): void {
    if (value === undefined) this.cannotTell([name], why);
    else this.tell(name, value, because);
  }

  /**
   * Notes the value that a reply's status stands for.
   *
   * @param outcomes by status; `ok` is any other 2xx. A status without one tells nothing. @param what is asked, as the
   *   beginning of a sentence.
   */
  tellBy<Name extends keyof Switches & string>(
    name: Name,
    { status }: { readonly status: number },
    outcomes: { readonly [status: number]: Switches[Name]; readonly ok?: Switches[Name] },
    what: string,
  ): void {
    const isOk = status >= 200 && status < 300;
    const value = outcomes[status] ?? (isOk ? outcomes.ok : undefined);
    this.tellOr(name, value, `${what} was answered ${status}`, `${what} was answered ${status}`);
  }

  /** Notes why there is no value; a value that is told stays. */
  cannotTell(names: readonly (keyof Switches & string)[], because: string): void {
    for (const name of names) {
      if (this.#answers.get(name)?.state !== "told") this.#answers.set(name, { state: "untold", because });
    }
  }

  /** Notes a fact for people. */
  note(name: string, text: string): void {
    this.facts.push({ name, text });
  }

  get(name: string): Answer | undefined {
    return this.#answers.get(name);
  }

  /** The value that was told; undefined where there is none. */
  value<Name extends keyof Switches & string>(name: Name): Switches[Name] | undefined {
    const answer = this.#answers.get(name);
    return answer?.state === "told" ? (answer.value as Switches[Name]) : undefined;
  }
}
