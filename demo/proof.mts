/** The statements of a demo, and those that did not hold. */
export class Proof {
  readonly #failures: string[] = [];

  heading(text: string): void {
    console.log(`\n\x1b[1m${text}\x1b[0m`);
  }

  prove(text: string, holds: boolean): void {
    console.log(holds ? `  \x1b[32m✔\x1b[0m ${text}` : `  \x1b[31m✘ NOT SO:\x1b[0m ${text}`);
    if (!holds) this.#failures.push(text);
  }

  /** Says whether every statement held, and makes the process end with 1 if one did not. */
  conclude(next: string): void {
    if (this.#failures.length === 0) {
      console.log(`\nEvery statement held. Next: ${next}.`);
      return;
    }
    console.log(`\n\x1b[31m${this.#failures.length} of the statements above did not hold:\x1b[0m`);
    for (const failure of this.#failures) console.log(`  ✘ ${failure}`);
    process.exitCode = 1;
  }
}
