import { z } from "zod";
import { count, define, defineOptional, flag, never, type SwitchesOf } from "./switches";

const normalization = z.enum(["trim", "lower case", "NFC"]);
type Normalization = z.infer<typeof normalization>;

/** The switches that every vendor has: by default one without lag, with the injected clock, that stores what it is sent. */
export const commonSwitches = {
  /** So many milliseconds after a write its own reply is the only one that shows it, by the injected clock. */
  lagMs: define(count, 0, "scratch"),
  /** So many milliseconds each request takes to reach the vendor, in real time. */
  latencyMs: define(count, 0, never("how long a reply takes is of the network and of the day")),
  /** How far the vendor's clock is ahead: its time stamps, `Date` headers and rate windows. */
  clockOffsetMs: define(z.int(), 0, "key"),
  /** Whether bodies are compressed by gzip though no request asks for that. */
  gzip: define(flag, false, "key"),
  /** The change of names and external ids before they are stored. */
  normalizes: define(z.array(normalization).readonly(), [], "scratch"),
  /**
   * Every request is refused with 400, in a message that repeats its key and every text of its body, and with its key for an
   * `X-Request-Id`, each passed through this: as a vendor that logs and quotes too much.
   */
  echo: defineOptional<(text: string) => string>(
    undefined,
    never("a function of the emulator for tests of redaction, not one behaviour"),
  ),
};

/** The switches that every vendor has. */
export interface CommonSwitches extends SwitchesOf<typeof commonSwitches> {}

/** The time by the vendor's clock. */
export function vendorClock(now: () => Date, switches: CommonSwitches): () => Date {
  return () => new Date(now().getTime() + switches.clockOffsetMs);
}

/** A body with its `name` and `externalId` as the vendor stores them. */
export function normalized<
  Body extends { name?: string | undefined; externalId?: string | null | undefined },
>(body: Body, { normalizes }: CommonSwitches): Body {
  const stored = { ...body };
  if (stored.name !== undefined) stored.name = normalizedText(stored.name, normalizes);
  if (stored.externalId != null) stored.externalId = normalizedText(stored.externalId, normalizes);
  return stored;
}

function normalizedText(text: string, normalizes: readonly Normalization[]): string {
  const trimmed = normalizes.includes("trim") ? text.trim() : text;
  const folded = normalizes.includes("lower case") ? trimmed.toLowerCase() : trimmed;
  return normalizes.includes("NFC") ? folded.normalize("NFC") : folded;
}
