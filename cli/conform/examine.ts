import { ConfigError, MissingKeyError } from "../../provider/core/base/errors";
import { Run, realSurroundings } from "../../provider/core/base/run";
import { type Settings, settings } from "../../provider/core/vendor-io/config";
import type { StackConfig } from "../../provider/core/vendor-io/stack-config";
import { type AnyVendor, everyVendor } from "../../provider/vendors";
import { findProject } from "../doctor/project";
import { NO_STACK, readStack } from "../doctor/stack";
import type { Wishes, World } from "../doctor/world";
import { hideKeys } from "../hide-keys";
import { type Allowed, askVendor } from "./ask";
import { type ConformReport, noQuestions, type VendorReport } from "./report";

/** Which vendors are asked, and with which of the stack's connections. */
export interface ConformWishes extends Wishes {
  /** An entry of `subaccounts:connections`. */
  readonly connection?: string;
}

/** A person waits: a vendor that does not answer, or asks to wait longer, is told of. */
const timeLimits = { connectMs: 10_000, attemptMs: 30_000, maxWaitMs: 90_000 };

/** Finds the keys as the provider does, and asks each vendor that has one. */
export async function examineConform(
  world: World,
  wishes: ConformWishes,
  allowed: Allowed,
): Promise<ConformReport> {
  const tell = async () => {};
  const run = new Run({ ...realSurroundings, timeLimits, tell, ...world.surroundings, env: world.env });
  hideKeys(run);
  const { root } = findProject(world.folder);
  const stack = root === undefined ? NO_STACK : await readStack(world, wishes, root, run.redactor);
  const { config } = stack;
  if (config === undefined) {
    const failed = stack.findings.filter(({ status }) => status === "fail").map(({ text }) => text);
    const why = failed[0] ?? "there is no Pulumi CLI on PATH";
    return clean(run, {
      vendors: [],
      notExamined: [],
      problems: [`the stack's config cannot be read: ${why}`],
      wasInterrupted: false,
    });
  }
  const problems: string[] = [];
  const reached = connectionsOf(wishes, config, world.env, problems);
  // Each is waited for, also where another one fails: it has accounts to end.
  const asking = reached.map(({ vendor, found }) => askVendor(vendor, found, run, allowed));
  const notExamined = reached.flatMap(({ vendor: { title } }, index) => (asking[index] ? [] : [title]));
  if (wishes.vendor !== undefined) problems.push(...notExamined.map(noQuestions));
  const settled = await Promise.allSettled(asking.flatMap((each) => each ?? []));
  const asked = settled.map((each) => {
    if (each.status === "rejected") throw each.reason;
    return each.value;
  });
  const wasInterrupted = asked.some((each) => each.wasInterrupted);
  return clean(run, { vendors: asked.map(({ report }) => report), notExamined, problems, wasInterrupted });
}

/** The answer to a vendor's name that is not known. */
export function noVendor(name: string | undefined): string {
  return `there is no vendor "${name}"; there are ${everyVendor.map((each) => each.name).join(", ")}`;
}

interface Reached {
  readonly vendor: AnyVendor;
  readonly found: Settings;
}

/** The vendors that have a key, each with its settings. */
function connectionsOf(
  { vendor: only, connection }: ConformWishes,
  config: StackConfig,
  env: World["env"],
  problems: string[],
): Reached[] {
  const wanted = everyVendor.filter(({ name }) => only === undefined || name === only);
  if (wanted.length === 0) {
    problems.push(noVendor(only));
    return [];
  }
  if (connection !== undefined && only === undefined) {
    problems.push("--connection names a connection of one vendor: say which with --vendor");
    return [];
  }
  const reached = wanted.flatMap((vendor): Reached[] => {
    try {
      return [{ vendor, found: settings(vendor, connection, config, env) }];
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      if (!(error instanceof MissingKeyError) || only !== undefined) problems.push(error.message);
      return [];
    }
  });
  if (reached.length === 0 && problems.length === 0) {
    problems.push(
      `there is no key of any vendor: export ${everyVendor.map(({ env: { apiKey } }) => `${apiKey}=<key>`).join(", or ")}`,
    );
  }
  return reached;
}

/** The report with each text of a vendor or a person cleaned of keys. */
function clean(run: Run, { vendors, notExamined, problems, wasInterrupted }: ConformReport): ConformReport {
  const shown = (text: string) => run.shown(text);
  const value = (told: unknown) => (typeof told === "string" ? shown(told) : told);
  const cleanVendor = (vendor: VendorReport): VendorReport => ({
    ...vendor,
    facts: vendor.facts.map(({ name, text }) => ({ name, text: shown(text) })),
    switches: vendor.switches.map((each) => ({
      ...each,
      because: shown(each.because),
      ...("value" in each ? { value: value(each.value) } : {}),
    })),
    accounts: vendor.accounts.map((each) => ({
      ...each,
      id: shown(each.id),
      name: shown(each.name),
      text: shown(each.text),
    })),
    problems: vendor.problems.map(shown),
  });
  return { vendors: vendors.map(cleanVendor), notExamined, problems: problems.map(shown), wasInterrupted };
}
