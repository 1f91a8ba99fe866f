import * as pulumi from "@pulumi/pulumi";
import { MockMonitor } from "@pulumi/pulumi/runtime/mocks.js";
import { endWithEngine } from "./broken-pipe";
import { warnOfClearKeys } from "./clear-keys";
import { kindOf } from "./json";
import { isLater } from "./later";
import { perStack } from "./per-stack";
import { ProgramError } from "./program-error";
import { isUnknown } from "./pulumi-internals";
import { refuseOldNode } from "./resource";

/** The description of a lookup function. */
export interface LookupSpec {
  readonly vendor: string;
  readonly name: "getSubAccount" | "listSubAccounts" | "getUsage";
  /** Arguments of which there must be exactly one; each is a string. */
  readonly oneOf: readonly string[];
  /** The other arguments, all optional; each is a string. */
  readonly optional: readonly string[];
  /** Arguments that this vendor does not support, each with what to use instead. */
  readonly lacks?: Readonly<Record<string, string>>;
  /** Finds problems of arguments beside their types; one may still be an output. */
  readonly problem?: (args: Readonly<Record<string, unknown>>) => string | undefined;
}

/** Arguments of the `…Output` form: each may be an output. */
export type InputsOf<Args> = { readonly [Name in keyof Args]: pulumi.Input<Args[Name]> };

/**
 * Asks the vendor, in the program's own process and in a preview too: a dynamic provider cannot be asked by a program.
 * With Pulumi's mocks, `call` answers instead, under the token `subaccounts:<vendor>:<function>`.
 *
 * @throws pulumi.RunError that says what is wrong and what to do.
 *
 * @internal
 */
export async function lookUp<Result>(spec: LookupSpec, args: object = {}): Promise<Result> {
  checkArguments(spec, args);
  return (await ask(spec, args, false)) as Result;
}

/**
 * {@link lookUp} with arguments that may be outputs. In a preview in which one is not known yet, nobody is asked and the
 * result is unknown.
 *
 * @throws pulumi.RunError at once for what can be seen of the arguments.
 *
 * @internal
 */
export function lookUpOutput<Result>(spec: LookupSpec, args: object = {}): pulumi.Output<Result> {
  checkArguments(spec, args);
  const known = pulumi.output(args as Record<string, unknown>);
  return known.apply(async (plain) => {
    checkArguments(spec, plain);
    return (await ask(spec, plain, await pulumi.isSecret(known))) as Result;
  }) as pulumi.Output<Result>;
}

// The provider's code, with all that it needs for HTTP, is loaded by the first lookup and not by the import of this package.
const answerer = perStack(async () => {
  // biome-ignore lint/style/noRestrictedImports: lookups are the one thing that a program does itself instead of declaring it.
  const { openLookups } = await import("../../provider/lookups.js");
  return openLookups(pulumi.runtime.allConfig(), async ({ severity, text }) => {
    await pulumi.log[severity === "warning" ? "warn" : "info"](text);
  });
});

async function ask({ vendor, name }: LookupSpec, args: object, isSecret: boolean): Promise<unknown> {
  if (pulumi.runtime.getMonitor() instanceof MockMonitor) {
    const mocked = await pulumi.runtime.invoke(`subaccounts:${vendor}:${name}`, { ...args });
    return name === "listSubAccounts" ? (mocked["items"] ?? []) : mocked;
  }
  refuseOldNode();
  endWithEngine();
  warnOfClearKeys();
  const look = await answerer();
  const answer = await look({ vendor, name, args: { ...args }, isSecret });
  if ("problem" in answer) throw new ProgramError(answer.problem);
  return answer.result;
}

/** An account of an ended customer that the vendor still has, with the owner and the fleet in its marker. */
interface RemainingAccount {
  readonly id: string;
  readonly owner?: string | undefined;
  readonly fleet?: string | undefined;
}

/** Finds accounts that have not ended, by `id`, `externalId` or `name`. With Pulumi's mocks there is none. @internal */
export async function remainingAccounts(
  vendor: string,
  args: Readonly<Record<string, string>>,
): Promise<readonly RemainingAccount[]> {
  const isKnown = ["id", "externalId", "name"].some((name) => name in args);
  if (!isKnown || pulumi.runtime.getMonitor() instanceof MockMonitor) return [];
  const look = await answerer();
  const answer = await look({ vendor, name: "listRemaining", args, isSecret: false });
  if ("problem" in answer) throw new ProgramError(answer.problem);
  return answer.result as readonly RemainingAccount[];
}

function checkArguments(spec: LookupSpec, args: unknown): void {
  const problem = problemOf(spec, args);
  if (problem === undefined) return;
  throw new ProgramError(`${spec.vendor}.${spec.name}: ${problem}. Nothing was sent`);
}

/** Finds the first problem of the arguments; outputs pass until they are known. */
function problemOf({ oneOf, optional, lacks = {}, problem }: LookupSpec, args: unknown): string | undefined {
  if (typeof args !== "object" || args === null) return "the arguments must be an object";
  const given = Object.entries(args).filter(([, value]) => value !== undefined);
  const names = given.map(([name]) => name);
  const lacking = names.find((name) => lacks[name] !== undefined);
  if (lacking !== undefined) return `${lacking}: ${lacks[lacking]}`;
  const known = [...oneOf, ...optional];
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined) return `${unknown} is no argument. The arguments are ${known.join(", ")}`;
  const chosen = names.filter((name) => oneOf.includes(name));
  if (oneOf.length > 0 && chosen.length !== 1) {
    const got = chosen.join(" and ") || "none";
    return oneOf.length === 1 ? `pass ${oneOf[0]}` : `pass exactly one of ${oneOf.join(", ")}; got ${got}`;
  }
  const plain = given.filter(([, value]) => !isLater(value));
  for (const [name, value] of plain) {
    if (typeof value !== "string") return `${name} must be a string; got ${kindOf(value)}`;
    if (isUnknown(value)) {
      return `${name} is not known in this run: the resource that it comes from is none of its targets (--target)`;
    }
    if (value.trim() === "") return `${name} must be a string that is not blank`;
    if (value.includes("Calling [toString] on an [Output<T>]")) {
      return `${name} holds an output that was put into a template literal or joined with +; use pulumi.interpolate`;
    }
  }
  return problem?.(Object.fromEntries(given));
}
