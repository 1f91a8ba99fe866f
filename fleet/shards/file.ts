import { dirname, resolve } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import { nearest } from "../../provider/core/base/nearest";
import { FleetError } from "../fleet-error";
import { driftSetting, engineSetting } from "./machines";
import { readYaml } from "./read-yaml";

const DURATION = /^(\d+)\s*(s|m|h)$/;
const SECONDS = { s: 1, m: 60, h: 3600 } as const;

const text = z.string().min(1);
const files = z.union([text, z.array(text).min(1)]).transform((value) => [value].flat());

const wave = z
  .strictObject({
    name: text.describe("the wave's name"),
    shards: z.array(text).min(1).describe("the shards of the wave, by name").optional(),
    percent: z
      .number()
      .positive()
      .max(100)
      .describe("so many per cent of the shards of the run, at least one")
      .optional(),
    wait: z
      .string()
      .regex(DURATION, "must be a time such as 30s, 15m or 2h")
      .transform(secondsOf)
      .describe("how long to wait after the wave before the next one, such as 15m")
      .optional(),
  })
  .describe("a wave: { name, shards? | percent?, wait? }; without shards and percent all that are left");

/** The content of `fleet.yaml`. */
export const fleetSchema = z.strictObject({
  name: text.describe("the name of the Pulumi project"),
  id: z
    .string()
    .min(16, "must have 16 characters or more: subaccounts fleet id makes one")
    .describe("the fleet id, the same as subaccounts:fleet in the stack's configuration"),
  stack: z
    .string()
    .regex(/^[A-Za-z0-9_.-]+$/, "must be letters, digits, dashes, dots and underscores")
    .describe("the stacks are <stack>-<shard>, all with the configuration Pulumi.<stack>.yaml"),
  program: text.describe("the folder with Pulumi.yaml").default("."),
  tenants: files.describe("glob patterns of the files of tenants"),
  tiers: text.describe("the file of tiers").optional(),
  inputs: z
    .array(text)
    .describe("glob patterns of other files that the program reads: a change of one changes every shard")
    .default([]),
  shards: z
    .strictObject({
      map: text.describe("the file with the shard map").default("shards.yaml"),
      size: z.number().int().positive().describe("tenants that a shard is made for").default(100),
    })
    .default({ map: "shards.yaml", size: 100 }),
  waves: z
    .array(wave)
    .min(1)
    .describe("the shards of a run, one wave after the other; the last takes all that are left")
    .default([{ name: "all" }]),
  failures: z
    .strictObject({
      tolerate: z
        .union([
          z.number().int().nonnegative(),
          z
            .string()
            .regex(/^\d+(\.\d+)?\s*%$/, "must be a number of tenants, or per cent of them such as 1%"),
        ])
        .describe("how many tenants of a wave may fail, as a number or in per cent")
        .default(0),
      when: z
        .enum(["stop", "pause"])
        .describe("what a run does when more fail: stop ends it, pause waits for subaccounts fleet resume")
        .default("stop"),
    })
    .default({ tolerate: 0, when: "stop" }),
  parallel: z
    .strictObject({
      machine: z
        .number()
        .int()
        .positive()
        .describe("shards at a time on this machine; 0.5 GB each")
        .default(2),
      total: z
        .number()
        .int()
        .positive()
        .describe("shards of a run at a time on all machines; a moment's race may add one for each machine")
        .optional(),
    })
    .default({ machine: 2 }),
  engine: engineSetting.optional(),
  drift: driftSetting.optional(),
  policies: z
    .strictObject({
      pack: text.describe("the folder of a policy pack that each shard runs with").optional(),
      config: text.describe("the configuration of the policies, as JSON").optional(),
    })
    .default({}),
});

/** A fleet as `fleet.yaml` declares it. */
export type FleetArgs = z.input<typeof fleetSchema>;

/** A fleet with its defaults. */
export interface Fleet extends z.output<typeof fleetSchema> {
  /** The folder that its paths are relative to; absolute. */
  readonly folder: string;
  /** The file that it was read from; absolute. */
  readonly file?: string;
}

/** Checks a fleet. @param folder its paths are relative to it @throws FleetError with everything that is wrong */
export function defineFleet(fleet: FleetArgs, folder: string = process.cwd()): Fleet {
  return check(fleet, "the fleet", folder);
}

/** Reads `fleet.yaml`. @throws FleetError with everything that is wrong with it */
export function readFleet(file = "fleet.yaml"): Fleet {
  const content = readYaml(file, "run this in the folder of fleet.yaml, or name the file with --fleet");
  return { ...check(content, file, dirname(resolve(file))), file: resolve(file) };
}

/** Reads `fleet.yaml` again, where the fleet is of a file. @throws FleetError where it is wrong, or of another fleet by now */
export function rereadFleet(fleet: Fleet): Fleet {
  if (fleet.file === undefined) return fleet;
  const now = readFleet(fleet.file);
  const { name, id, stack, engine } = now;
  if (isDeepStrictEqual([name, id, stack, engine], [fleet.name, fleet.id, fleet.stack, fleet.engine]))
    return now;
  throw new FleetError(
    `${fleet.file} has another name, id, stack or engine than when this process began: start it again`,
  );
}

function check(content: unknown, what: string, folder: string): Fleet {
  const { data, error } = fleetSchema.safeParse(content ?? {});
  const problems = error?.issues.map(problemText) ?? [
    ...waveProblems(data?.waves ?? []),
    ...(data?.drift?.at && !data.engine
      ? ["drift.at needs engine: without it no process is there at that time"]
      : []),
  ];
  if (data === undefined || problems.length > 0) {
    throw new FleetError([`${what} is wrong:`, ...problems].join("\n  "));
  }
  return { ...data, folder: resolve(folder) };
}

function problemText(issue: z.core.$ZodIssue): string {
  const path = issue.path.join(".");
  if (issue.code !== "unrecognized_keys") return `${path} ${issue.message}`;
  return issue.keys
    .map((key) => {
      const meant = nearest(key, Object.keys(fleetSchema.shape));
      return `${[path, key].filter((part) => part !== "").join(".")} is not a known setting${meant ? `; did you mean ${meant}?` : ""}`;
    })
    .join("\n  ");
}

function waveProblems(waves: Fleet["waves"]): string[] {
  const problems = waves.flatMap(({ name, shards, percent }, index) => {
    if (shards && percent)
      return [`waves.${index} (${name}) has shards and percent: take one of the two out`];
    const isAll = shards === undefined && percent === undefined;
    if (isAll && index < waves.length - 1)
      return [`waves.${index} (${name}) takes all, so no wave can follow`];
    if (!isAll && index === waves.length - 1)
      return [`waves has no last one for all that are left: add { name: all }`];
    return [];
  });
  const names = waves.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  return twice === undefined ? problems : [...problems, `waves has the name ${twice} twice`];
}

function secondsOf(time: string): number {
  const [, count = "0", unit = "s"] = DURATION.exec(time) ?? [];
  return Number(count) * SECONDS[unit as keyof typeof SECONDS];
}

/** The name of a shard's stack. */
export function stackOf({ stack }: Pick<Fleet, "stack">, shard: string): string {
  return `${stack}-${shard}`;
}
