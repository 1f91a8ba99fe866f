import { isDeepStrictEqual } from "node:util";
import type { Emulator } from "pulumi-subaccounts/emulator";
import { subjectOf } from "../vendors/index.mts";
import type { Declaration, exported } from "./declarations.mts";
import type { Scenario } from "./scenarios.mts";
import { type AccountAtVendor, accountsInUse } from "./vendors.mts";

/** What the state, or the program's outputs, say of each resource by its name. */
export type Outputs = Readonly<
  Record<string, { readonly [Name in (typeof exported)[number]]?: string | undefined }>
>;

/** What was found: nothing in `problems` where the promise was kept. */
export interface Findings {
  readonly problems: readonly string[];
  /** Ids of keys that nobody has, each named in a warning. */
  readonly leftovers: readonly string[];
}

/** What is true once things are well again. */
interface Expected {
  readonly scenario: Scenario;
  readonly declarations: readonly Declaration[];
  readonly outputs: Outputs;
  /** Keys that somebody has beside those in `outputs`, which must work. */
  readonly inUse: readonly string[];
  /** All that was shown to the user since things went wrong. */
  readonly shown: string;
}

/**
 * Looks at the vendor: each declared account is there once, as declared, and no other one is; every key of the
 * outputs works and is of its account; there is no other key, unless the user was told of it.
 */
export function verify(
  emulator: Emulator,
  { scenario, declarations, outputs, inUse, shown }: Expected,
): Findings {
  const { vendor } = scenario;
  const { bornWith } = subjectOf(vendor);
  const problems: string[] = [];
  const leftovers: string[] = [];
  const warnings = shown.split("\n").filter((line) => line.includes("warning: "));
  const live = new Map(accountsInUse(emulator, vendor).map((account) => [account.id, account]));
  const declared = new Set<string>();
  const secrets = new Set(inUse);
  for (const declaration of declarations) {
    const { name, type, args } = declaration;
    const { id = "", apiKey } = outputs[name] ?? {};
    const isAccount = type.endsWith(".SubAccount");
    const accountId = isAccount ? id : (outputs[accountNameOf(declaration)]?.id ?? "");
    if (isAccount) {
      const account = live.get(id);
      if (account === undefined) problems.push(`${name}: no live account ${id}`);
      else
        problems.push(...differences(account, args).map((field) => `${name}: ${field} is not as declared`));
      if (declared.has(id)) problems.push(`${name}: shares an account with another resource`);
      declared.add(id);
    }
    const hasKey =
      !isAccount || (bornWith !== undefined && !(bornWith === "a key that is shown once" && "adopt" in args));
    if (hasKey && apiKey === undefined) problems.push(`${name}: no key`);
    if (apiKey === undefined) continue;
    secrets.add(apiKey);
    if (emulator[vendor].accountOfKey(apiKey) !== accountId) problems.push(`${name}: its key does not work`);
  }
  for (const id of live.keys()) if (!declared.has(id)) problems.push(`an account nobody declares: ${id}`);
  for (const key of inUse) if (!emulator[vendor].keyWorks(key)) problems.push("a key in use does not work");
  for (const { id: accountId, keys } of live.values()) {
    // The listing failed, which was told with the command that lists its keys.
    const isUntold = warnings.some((line) => line.includes(accountId) && line.includes("could not be told"));
    for (const { id, prefix, live: works } of keys) {
      if (!works || [...secrets].some((secret) => secret.startsWith(prefix))) continue;
      if (isUntold || warnings.some((line) => line.includes(id))) leftovers.push(id);
      else problems.push(`a key that nobody has and no message names: ${id}`);
    }
  }
  return { problems, leftovers };
}

function accountNameOf({ args }: Declaration): string {
  const { subAccountId } = args as { subAccountId?: { idOf?: string } };
  return subAccountId?.idOf ?? "";
}

/** The declared fields that the vendor has otherwise; what only the provider knows is not compared. */
function differences({ fields }: AccountAtVendor, args: Declaration["args"]): string[] {
  return Object.entries(args).flatMap(([name, wanted]) => {
    const own = name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
    const key = [name, own].find((each) => each in fields);
    return key === undefined || holds(fields[key], wanted) ? [] : [name];
  });
}

function holds(has: unknown, wanted: unknown): boolean {
  if (typeof wanted !== "object" || wanted === null) return isDeepStrictEqual(has, wanted);
  const inner = typeof has === "object" && has !== null ? new Map(Object.entries(has)) : new Map();
  return Object.entries(wanted).every(([name, value]) => holds(inner.get(name), value));
}
