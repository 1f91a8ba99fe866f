import { z } from "zod";

/** The prefix by which `engine.url` names an environment variable. */
export const ENV = "env:";

/** The setting `engine` of `fleet.yaml`. */
export const engineSetting = z
  .strictObject({
    url: z
      .string()
      .refine(isDatabase, "must be env:NAME, or a URL postgres://… without a password")
      .describe(
        "the PostgreSQL database that all machines share: env:NAME, the environment variable with its URL, or a URL without a password",
      ),
  })
  .describe("where runs are queued; absent: in .fleet/, for this machine alone");

/** The setting `drift` of `fleet.yaml`. */
export const driftSetting = z
  .strictObject({
    at: z
      .string()
      .min(1)
      .describe("when subaccounts fleet work looks for drift, as in crontab, such as 0 3 * * *")
      .optional(),
    timeZone: z
      .string()
      .refine(isTimeZone, "must be a time zone such as Europe/Berlin")
      .describe("the time zone of that")
      .default("UTC"),
    keys: z
      .string()
      .regex(/^1\/[1-9]\d*$/, "must be a part such as 1/7")
      .transform((part) => Number(part.slice("1/".length)))
      .describe(
        "the part of the shards of which a drift looks at keys that cost a call each, such as 1/7: those looked at longest ago. Absent: all",
      )
      .optional(),
  })
  .describe(
    "a drift run at fixed times, one for the fleet, for which it needs engine; and what a drift looks at",
  );

function isDatabase(url: string): boolean {
  if (url.startsWith(ENV)) return /^\w+$/.test(url.slice(ENV.length));
  const { protocol, password, searchParams } = URL.parse(url) ?? {};
  return /^postgres(ql)?:$/.test(protocol ?? "") && password === "" && !searchParams?.has("password");
}

function isTimeZone(timeZone: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone });
    return true;
  } catch {
    return false;
  }
}
