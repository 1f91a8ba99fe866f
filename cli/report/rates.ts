import { readFileSync } from "node:fs";
import { parse } from "yaml";
import { z } from "zod";
import { nearest } from "../../provider/core/base/nearest";
import { usages } from "../../provider/usage";
import { LIMITS } from "../../tenant/description";
import { CommandError } from "../command-error";
import { codeOf } from "../why";

/** The cost of one unit, in the currency, by `vendor.metric`. */
export interface Rates {
  readonly currency: string;
  readonly limit: Readonly<Record<string, number>>;
  readonly usage: Readonly<Record<string, number>>;
}

const amounts = z.record(z.string(), z.number().nonnegative().max(Number.MAX_SAFE_INTEGER)).default({});
const file = z.strictObject({
  currency: z.string().regex(/^[A-Z]{3}$/),
  limit: amounts,
  usage: amounts,
});

const SHAPE =
  'give currency: USD (three letters), limit: and usage:, each with numbers such as "zavu.creditLimit: 0.01", what one unit costs';

/** Reads a file of rates. @throws CommandError with all that is wrong in it */
export function readRates(path: string): Rates {
  let content: unknown;
  try {
    content = parse(readFileSync(path, "utf8"));
  } catch (error) {
    const why =
      error instanceof Error && "code" in error && !("pos" in error) ? codeOf(error) : "it is no YAML";
    throw new CommandError([`${path} cannot be read (${why}): ${SHAPE}`]);
  }
  const { data, error } = file.safeParse(content);
  if (data === undefined) {
    const [issue] = error.issues;
    throw new CommandError([`${path}: ${issue?.path.join(".") || "the file"} is wrong: ${SHAPE}`]);
  }
  const used = Object.entries(usages).flatMap(([vendor, { metrics }]) =>
    Object.keys(metrics).map((metric) => `${vendor}.${metric}`),
  );
  const limits = LIMITS.map(({ vendor, path: limit }) => `${vendor}.${limit}`);
  const problems = [...unknown(data.limit, limits, "limit"), ...unknown(data.usage, used, "usage")];
  if (problems.length > 0) throw new CommandError(problems.map((text) => `${path}: ${text}`));
  return data;
}

function unknown(rates: Rates["limit"], known: readonly string[], part: string): string[] {
  return Object.keys(rates)
    .filter((name) => !known.includes(name))
    .map((name) => {
      const meant = nearest(name, known);
      return `${part}.${name} is not known${meant === undefined ? `: there are ${known.join(", ")}` : `; did you mean ${meant}?`}`;
    });
}
