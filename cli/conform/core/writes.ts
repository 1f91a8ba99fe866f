import type { BctrlSwitches, ZavuSwitches } from "../../../emulator";
import { SubaccountsError } from "../../../provider/core/base/errors";
import type { Answers } from "./answers";
import type { Line } from "./line";
import { at, has } from "./replies";

/** The waits between the reads that look for a write, in milliseconds: a minute in all. */
const LOOKS_MS = [0, 1_000, 4_000, 15_000, 40_000];

/** How long this vendor's reads lag behind its writes, measured once and waited for after each further write. */
export class Lag {
  readonly #line: Line;
  #ms = 0;

  constructor(line: Line) {
    this.#line = line;
  }

  /**
   * Reads what was written until it shows, and tells the lag: 0, or the time after which it showed, an upper bound.
   *
   * @throws SubaccountsError if it does not show within a minute: then no later answer would be worth anything.
   */
  async measure<T>(
    answers: Answers<Pick<ZavuSwitches, "lagMs">>,
    read: () => Promise<T | undefined>,
  ): Promise<T> {
    const startedMs = this.#line.nowMs();
    for (const [index, ms] of LOOKS_MS.entries()) {
      if (ms > 0) await this.#line.sleep(ms);
      const shown = await read();
      if (shown === undefined) continue;
      this.#ms = index === 0 ? 0 : this.#line.nowMs() - startedMs;
      const when = index === 0 ? "at once" : `at the latest ${this.#ms} ms later`;
      answers.tell("lagMs", this.#ms, `the first write was shown ${when}`);
      return shown;
    }
    const why = "a new account was not shown within a minute";
    answers.cannotTell(["lagMs"], why);
    throw new SubaccountsError(`${why}, so nothing more was asked of it`);
  }

  /** Waits until reads show the write before. @throws Ended */
  async settle(): Promise<void> {
    if (this.#ms > 0) await this.#line.sleep(this.#ms);
  }
}

/** What shows, in a name, whether the vendor changes texts that it stores: a capital, an NFD accent, a blank at the end. */
export const ODD_END = "-Be\u0301 ";

/** Tells the changes to a name that was sent with {@link ODD_END}. */
export function tellNormalization(
  answers: Answers<Pick<ZavuSwitches, "normalizes">>,
  sent: string,
  shown: unknown,
): void {
  const text = typeof shown === "string" ? shown : "";
  const isKept =
    text.trimEnd().normalize("NFC").toLowerCase() === sent.trimEnd().normalize("NFC").toLowerCase();
  if (!isKept) {
    answers.cannotTell(["normalizes"], "the name reads back as another one than it was sent");
    return;
  }
  const changes = [
    ...(text.endsWith(" ") ? [] : (["trim"] as const)),
    ...(text.includes("-B") ? [] : (["lower case"] as const)),
    ...(text.includes("\u0301") ? [] : (["NFC"] as const)),
  ];
  answers.tell(
    "normalizes",
    changes,
    `a name with a capital, a combining accent and a blank was stored ${changes.length === 0 ? "as sent" : "changed"}`,
  );
}

/** Two numbers that were sent one after the other, what then was stored, and what the reply to one of them showed. */
interface SentTwice {
  readonly sent: readonly [number, number];
  readonly stored: readonly [unknown, unknown];
  readonly reply?: { readonly to: 0 | 1; readonly showed: unknown };
}

/**
 * Tells whether every number is stored as one and the same, and whether replies show what was asked for all the same.
 *
 * @param clamp the switch that is a number, undefined for none. @param echoes the switch that is a boolean; undefined
 *   where the vendor has none.
 */
export function tellClamp<Switches extends object>(
  answers: Answers<Switches>,
  clamp: keyof Switches & string,
  echoes: (keyof Switches & string) | undefined,
  { sent, stored, reply }: SentTwice,
): void {
  const texts = stored.map((each) => JSON.stringify(each));
  const because = `${sent.join(" and ")} were stored as ${texts.join(" and ")}`;
  const [one, other] = stored;
  const isKept = one === sent[0] && other === sent[1];
  const isClamped = !isKept && typeof one === "number" && one === other;
  if (isKept || isClamped) answers.tell(clamp, (isKept ? undefined : one) as never, because);
  else answers.cannotTell([clamp], `${because}, which no one clamp explains`);
  if (echoes === undefined) return;
  const asked = reply && sent[reply.to];
  const isEcho = reply?.showed === asked;
  const isTold = isClamped && reply !== undefined && asked !== one && (isEcho || reply.showed === one);
  const shows = `a reply showed ${String(reply?.showed)}, stored is ${String(one)}`;
  if (isTold) answers.tell(echoes, isEcho as never, shows);
  else answers.cannotTell([echoes], "no number was seen to be stored otherwise than it was asked for");
}

type MetadataSwitches = Pick<BctrlSwitches, "metadata" | "mergeNull">;

/** Metadata that is stored first, and the PATCHes that tell what becomes of it. */
export const METADATA = { first: { a: 1, b: "x" }, second: { b: "y" }, third: { a: null } };

/** Tells whether the second PATCH replaced the metadata of the first. */
export function tellMetadata(answers: Answers<MetadataSwitches>, shown: unknown): void {
  if (at(shown, "b") !== "y") {
    answers.cannotTell(["metadata", "mergeNull"], "metadata does not read back as it was sent");
    return;
  }
  const isMerged = at(shown, "a") === 1;
  const kept = isMerged ? "stayed" : "was gone";
  answers.tell("metadata", isMerged ? "merge" : "replace", `a member that a PATCH left out ${kept}`);
  if (!isMerged) answers.cannotTell(["mergeNull"], "a PATCH replaces the metadata, so nothing is merged");
}

/** Tells whether the reply to a PATCH of metadata shows it, where reads of the account do. */
export function tellMetadataShown(
  answers: Answers<Pick<BctrlSwitches, "metadataShownIn">>,
  isInReply: boolean,
  isRead: boolean,
): void {
  const because = `the reply to a PATCH shows ${isInReply ? "" : "no "}metadata`;
  const value = isInReply ? "all" : "single reads";
  answers.tellOr("metadataShownIn", isRead ? value : undefined, because, "metadata is not shown at all");
}

/** Tells what a null did in a merge. */
export function tellMergeNull(answers: Answers<MetadataSwitches>, shown: unknown): void {
  if (!has(shown, "a")) answers.tell("mergeNull", "removes", "a member that was sent as null was gone");
  else if (at(shown, "a") === null)
    answers.tell("mergeNull", "stores", "a member that was sent as null read null");
  else if (at(shown, "a") === 1)
    answers.tell("mergeNull", "ignored", "a member that was sent as null stayed");
  else answers.cannotTell(["mergeNull"], "metadata does not read back as it was sent");
}
