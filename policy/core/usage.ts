import { z } from "zod";
import { readJson } from "./read-json";

/** The use of accounts is not known: the file is missing, unreadable, or not one that `subaccounts report --json` writes. */
export class UsageError extends Error {}

const metric = z.object({
  metric: z.string(),
  period: z.object({
    kind: z.enum(["total", "cycle", "window", "now"]),
    from: z.iso.datetime().nullable(),
    to: z.iso.datetime().nullable(),
    isOver: z.boolean().optional(),
  }),
  actual: z.number().nullish(),
  used: z.number().optional(),
});

/** The parts that are read of what `subaccounts report --json` writes. */
const snapshot = z.object({
  version: z.literal(1),
  at: z.iso.datetime(),
  rows: z.array(z.object({ vendor: z.string(), account: z.string().nullable(), metrics: z.array(metric) })),
});

/** A figure of an account, by the name of its limit. */
export type Metric = z.infer<typeof metric>;

/** The use of a stack's accounts at one time. */
export interface Usage {
  readonly atMs: number;
  /** The figures of an account by its id at the vendor; undefined where the file does not have it. */
  readonly metricsOf: (vendor: string, id: string | undefined) => readonly Metric[] | undefined;
}

/** Reads a file that `subaccounts report --json` wrote. @throws UsageError */
export function readUsage(path: string): Usage {
  const content = readJson(
    path,
    (why) =>
      new UsageError(
        `the usage file ${path} cannot be read (${why}). Write it by subaccounts report --json, and give its absolute path`,
      ),
  );
  const parsed = snapshot.safeParse(content);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new UsageError(
      `the usage file ${path} is not what subaccounts report --json writes (see ${issue?.path.join(".") || "its top"}). Write it anew, by the version that this pack has`,
    );
  }
  const { at, rows } = parsed.data;
  const byAccount = new Map(rows.map(({ vendor, account, metrics }) => [`${vendor} ${account}`, metrics]));
  return { atMs: Date.parse(at), metricsOf: (vendor, id) => byAccount.get(`${vendor} ${id}`) };
}

/** How messages say of which time a figure is. */
export function periodText({ kind, from, to, isOver }: Metric["period"], nowMs: number): string {
  if (kind === "total") return "in total";
  if (kind === "now") return "at that time";
  if (kind === "window") return `from ${dayOf(from)} to ${dayOf(to)}${isOver ? ", which is over" : ""}`;
  if (to === null) return "in its billing cycle";
  // A cycle that is over tells what the customer needs, not what is used of this one.
  return Date.parse(to) <= nowMs
    ? `in the billing cycle that ended on ${dayOf(to)}`
    : `in the billing cycle until ${dayOf(to)}`;
}

function dayOf(time: string | null): string {
  return time?.slice(0, 10) ?? "…";
}
