import { z } from "zod";

/** The value of each switch, for what comes out of a file; a function is none that a file can have. */
export type SwitchValues<Switches> = {
  readonly [Name in Exclude<keyof Switches, "echo">]-?: z.ZodType<Exclude<Switches[Name], undefined>>;
};

const flag = z.boolean();
const milliseconds = z.int().min(0);
const count = z.int().min(0);

/** Of the switches that every vendor has. */
export const commonValues = {
  lagMs: milliseconds,
  latencyMs: milliseconds,
  clockOffsetMs: z.int(),
  gzip: flag,
  normalizes: z.array(z.enum(["trim", "lower case", "NFC"])).readonly(),
};

/** Of the rate limit. */
export const rateValues = {
  requestsPerMinute: z.int().min(1),
  rateWindowMs: z.int().min(1),
  enforceRateLimit: flag,
};

/** Of listings that are paged by a cursor. */
export const pageValues = {
  pageSize: z.int().min(1),
  limitAboveMaximum: z.literal([400, "clamp"]),
  lastPageCursor: z.literal([null, ""]),
  repeatCursor: flag,
  loopCursors: flag,
  emptyPages: count,
};

/** Of stored metadata. */
export const metadataValues = {
  metadata: z.literal(["replace", "merge"]),
  mergeNull: z.literal(["removes", "stores", "ignored"]),
};

/** Of listings of keys. */
export const keyValues = {
  shortKeyPrefix: count,
  keyPrefixShown: flag,
  lastUseShown: flag,
  keyCreatedAt: z.literal([
    "usual",
    "number",
    "number in a text",
    "microseconds",
    "nanoseconds",
    "absent",
    null,
  ]),
  keyTimeUnit: z.literal(["ms", "s"]),
};

/** Of the order of a listing. */
export const listOrder = z.literal(["newest", "oldest", "unordered"]);

/** Of the switch `refuses`: calls such as `POST /v1/sub-accounts`, each with one of these codes. */
export function refusedCalls<Code extends string>(refusals: Readonly<Record<Code, unknown>>) {
  const codes = Object.keys(refusals) as Code[];
  return z.record(z.string().regex(/^[A-Z]+ \/\S*$/, "must be a call such as POST /v1/…"), z.enum(codes));
}
