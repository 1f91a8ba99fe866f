import { realpathSync } from "node:fs";
import { open, rename, rm, stat } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { Mistake } from "../core/mistake";
import { codeOf, textOf } from "./document";
import { checkedPersisted, type Seed } from "./seed";

/** Keeps what the emulator holds in a file, whole or not at all, readable by its owner alone: it has keys. */
export class Persistence {
  /** As it was named. */
  readonly #name: string;
  readonly #file: string;
  readonly #warn: (message: string) => void;
  /** Undefined until {@link Persistence.begin}, before which nothing is written. */
  #snapshot: (() => Seed) | undefined;
  #isDirty = false;
  /** Ends when the latest write that has begun ends. */
  #writing: Promise<void> = Promise.resolve();
  /** A write that has not begun. */
  #next: Promise<void> | undefined;
  /** Tells the file as it was written from one that another program wrote. */
  #written: string | undefined;
  #warned: string | undefined;

  constructor(file: string, warn: (message: string) => void) {
    this.#name = file;
    this.#file = realFile(file);
    this.#warn = warn;
  }

  /** What an earlier run left; undefined where there is no file yet. @throws Mistake */
  read(): Seed | undefined {
    const text = textOf(this.#file);
    return text === undefined ? undefined : checkedPersisted(text, this.#name);
  }

  /** Writes the file for the first time. @throws Mistake if it cannot be written */
  async begin(snapshot: () => Seed): Promise<void> {
    this.#snapshot = snapshot;
    this.#isDirty = false;
    const first = this.#write().catch((error: unknown) => {
      throw new Mistake(problemOf(this.#name, error));
    });
    this.#writing = first.catch(() => {});
    await first;
  }

  /** Has the file written soon. */
  readonly changed = (): void => {
    if (this.#isDirty) return;
    this.#isDirty = true;
    setImmediate(() => this.saved());
  };

  /** Resolves when the file has all that was changed before this call; with a warning where it cannot be written. */
  saved(): Promise<void> {
    if (!this.#isDirty || this.#snapshot === undefined) return this.#writing;
    this.#next ??= this.#writing.then(async () => {
      this.#next = undefined;
      this.#isDirty = false;
      await this.#write().catch((error: unknown) => this.#complain(error));
    });
    this.#writing = this.#next;
    return this.#next;
  }

  #complain(error: unknown): void {
    const problem = problemOf(this.#name, error);
    if (problem === this.#warned) return;
    this.#warned = problem;
    this.#warn(`${problem}. What changes now is lost when the emulator stops`);
  }

  async #write(): Promise<void> {
    const text = `${JSON.stringify(this.#snapshot?.(), null, 1)}\n`;
    const found = await identityOf(this.#file);
    if (this.#written !== undefined && found !== undefined && found !== this.#written) {
      throw new Mistake(`${this.#name} was changed by another program, so it is not written any more`);
    }
    const temporary = `${this.#file}.tmp`;
    await rm(temporary, { force: true });
    const handle = await open(temporary, "wx", 0o600);
    try {
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, this.#file);
    this.#written = await identityOf(this.#file);
    this.#warned = undefined;
  }
}

/** The file that a link leads to, so that a link is not replaced. */
function realFile(file: string): string {
  try {
    return realpathSync(file);
  } catch {
    return resolve(file);
  }
}

async function identityOf(file: string): Promise<string | undefined> {
  try {
    const { ino, mtimeMs, size } = await stat(file);
    return `${ino} ${mtimeMs} ${size}`;
  } catch {
    return undefined;
  }
}

function problemOf(file: string, error: unknown): string {
  if (error instanceof Mistake) return error.message;
  const code = codeOf(error);
  if (code === "ENOENT") return `${file} cannot be written: make its folder first, mkdir -p ${dirname(file)}`;
  if (code === "EACCES" || code === "EPERM" || code === "EROFS") {
    return `${file} cannot be written: you may not write in the folder ${dirname(file)}`;
  }
  return `${file} cannot be written: ${code === "ENOSPC" ? "the disk is full" : code}`;
}
