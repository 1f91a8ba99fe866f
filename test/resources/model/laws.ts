import { isDeepStrictEqual } from "node:util";
import type { Emulator } from "../../../emulator";
import type { Values } from "../../../provider/core/contract/resource";
import type { Resource, Stack } from "../../support/stack";
import { brokenKeys } from "./key-laws";
import { type Actual, type Fields, fieldsOf, type Issued, models, type VendorModel } from "./vendors";

/** Everything that can be seen between two operations. */
export interface Snapshot {
  readonly accounts: ReadonlyMap<string, Actual & { readonly model: VendorModel }>;
  /** `type name` → what the state holds. */
  readonly state: ReadonlyMap<string, Resource>;
  /** Old halves of replacements that are still to be deleted. */
  readonly condemned: readonly Resource[];
  /** The accounts for which the keys in the state work. */
  readonly keys: ReadonlyMap<string, string | undefined>;
  /** Every key at the vendors, by id. */
  readonly issued: ReadonlyMap<string, Issued>;
  /** The accounts of another organization at the same vendors. */
  readonly others: unknown;
  readonly now: number;
}

/** One operation, as the laws see it. */
export interface Operation {
  readonly kind: "up" | "refresh";
  readonly outcome: "done" | "failed" | "killed";
  /** What the program declares: `type name` → arguments. */
  readonly program: ReadonlyMap<string, Values>;
  /** What was replaced by force. */
  readonly replaced: ReadonlySet<string>;
  /** Objects that changed without the state knowing it, since the last refresh. */
  readonly stale: ReadonlySet<string>;
  /** Keys that were marked as used. */
  readonly used: ReadonlySet<string>;
  /** Accounts that a late effect made, by id, with the one beside which it did. */
  readonly late: ReadonlyMap<string, string>;
  /** An effect may have come so late that no read-back saw it: a key that it made is known to nobody. */
  readonly hasLateEffects: boolean;
  /** What the operation showed to the user. */
  readonly printed: readonly string[];
}

/** What there is now. */
export function look(stack: Stack): Snapshot {
  const accounts = Object.values(models).flatMap((model) =>
    model.accounts(stack.emulator).map((account) => [account.id, { ...account, model }] as const),
  );
  const secrets = [...stack.resources].flatMap(([key, { outputs }]) => {
    const secret = outputs["apiKey"];
    return typeof secret === "string" ? [[secret, accountOfKey(stack.emulator, key, secret)] as const] : [];
  });
  const issued = Object.values(models).flatMap((model) => model.keys(stack.emulator));
  return {
    accounts: new Map(accounts),
    state: new Map(stack.resources),
    condemned: stack.condemned.map(({ resource }) => resource),
    keys: new Map(secrets),
    issued: new Map(issued.map((key) => [key.id, key])),
    others: Object.values(models).map((model) => model.accounts(stack.emulator.other)),
    now: stack.now,
  };
}

function modelOf(key: string): VendorModel {
  const [vendor] = key.split(".");
  const found = Object.values(models).find((model) => model.vendor === vendor);
  if (found === undefined) throw new Error(`no model of ${key}`);
  return found;
}

const isAccount = (key: string): boolean => key.includes(".SubAccount ");

function accountOfKey(emulator: Emulator, key: string, secret: string): string | undefined {
  return emulator[modelOf(key).vendor].accountOfKey(secret);
}

/** What an operation broke; empty if nothing. */
export function broken(before: Snapshot, after: Snapshot, operation: Operation): string[] {
  return [
    ...deaths(before, after, operation),
    ...doubles(before, after, operation),
    ...homeless(before, after, operation),
    ...(isDeepStrictEqual(before.others, after.others) ? [] : ["another organization was changed"]),
    ...touched(before, after, operation),
    ...brokenKeys(before, after, operation),
    ...(operation.kind === "up" && operation.outcome === "done" ? truth(before, after, operation) : []),
    ...lost(before, after, operation),
  ];
}

/** An account ends only if the program asks for it. */
function deaths(before: Snapshot, after: Snapshot, { program, kind, outcome }: Operation): string[] {
  const problems: string[] = [];
  const wanted = new Set<unknown>();
  for (const [key, args] of program) wanted.add(after.state.get(key)?.id).add(args["adopt"]);
  const removed = new Map<string, Resource>();
  for (const [key, resource] of before.state) {
    if (isAccount(key) && !program.has(key) && kind === "up") removed.set(resource.id, resource);
  }
  const isUrnOf = (account: Actual, key: string) => account.stamp?.urn.endsWith(urnEnd(key));
  for (const resource of before.condemned) {
    const account = before.accounts.get(resource.id);
    const isDeclared = account && [...program.keys()].some((key) => isUrnOf(account, key));
    if (kind === "up" && !isDeclared && !removed.has(resource.id)) removed.set(resource.id, resource);
  }
  const suspending = [...program].filter(([, args]) => args["status"] === "inactive");
  const isSuspended = (account: Actual) =>
    suspending.some(
      ([key]) =>
        isUrnOf(account, key) || [before, after].some(({ state }) => state.get(key)?.id === account.id),
    );
  for (const [id, was] of before.accounts) {
    const isLive = after.accounts.get(id)?.live ?? false;
    const resource = removed.get(id);
    const isRetained = resource?.outputs["deletionPolicy"] === "retain";
    if (was.live && !isLive && !isSuspended(was)) {
      if (resource === undefined) problems.push(`${id} was ended and nobody asked for it`);
      else if (isRetained) problems.push(`${id} was ended in spite of retain`);
      else if (wanted.has(id)) problems.push(`${id} was ended and is still declared`);
      else if (was.stamp && markerId(was.stamp.nonce) !== markerId(resource.outputs["__nonce"]))
        problems.push(`${id} was ended by a state that does not have its marker`);
    }
    const isOurs =
      was.stamp === undefined || markerId(was.stamp.nonce) === markerId(resource?.outputs["__nonce"]);
    if (outcome === "done" && resource && isLive && !isRetained && !wanted.has(id) && isOurs) {
      problems.push(`${id} was removed from the program and is still alive`);
    }
  }
  return problems;
}

/** No operation makes an account beside a live one of the same customer, or makes one customer of two. */
function doubles(before: Snapshot, after: Snapshot, { late, printed }: Operation): string[] {
  const all = [...after.accounts.values()].filter(({ live }) => live);
  const problems: string[] = [];
  for (const made of all) {
    const was = before.accounts.get(made.id);
    for (const other of all) {
      if (other.id === made.id || other.model !== made.model || !isInTheWayOf(made, other)) continue;
      const wasOther = before.accounts.get(other.id);
      // Of two that are new, the one without an externalId may have been the first.
      const isSecond =
        was === undefined && (wasOther ? isInTheWayOf(made, wasOther) : isInTheWayOf(other, made));
      const isChanged = was?.live && wasOther?.live && !isInTheWayOf(was, wasOther) && isOther(was, made);
      const isRevived = was !== undefined && !was.live;
      // Bolna's listing does not tell which of two was there before, so one is named where a cut listing hid it.
      const isNamed = !made.model.subject.isMarked && printed.some((line) => line.includes(other.id));
      const isLate = late.has(made.id) || late.has(other.id) || isNamed;
      if (!isLate && isSecond) problems.push(`${made.id} was made beside ${other.id}`);
      if (isChanged || isRevived) problems.push(`${made.id} became the customer of ${other.id}`);
    }
  }
  return problems;
}

/** Whether an account is in the way of one: by its externalId, or where that has none by its name. */
export function isInTheWayOf({ fields, model: { identity } }: Seen, other: Seen): boolean {
  const by = fields[identity] === undefined ? "name" : identity;
  return fields[by] === other.fields[by];
}

function isOther(was: Seen, is: Seen): boolean {
  return was.fields["name"] !== is.fields["name"] || was.fields["externalId"] !== is.fields["externalId"];
}

type Seen = Actual & { readonly model: VendorModel };

/** What an `up` that succeeded made is in the state, or was ended again, or is named. */
function homeless(before: Snapshot, after: Snapshot, { kind, outcome, late, printed }: Operation): string[] {
  if (kind !== "up" || outcome !== "done") return [];
  const ids = new Set([...after.state.values()].map(({ id }) => id));
  return [...after.accounts.values()]
    .filter(({ id, live }) => live && !before.accounts.has(id) && !ids.has(id) && !late.has(id))
    .filter(({ id }) => !printed.some((line) => line.includes(id)))
    .map(({ id }) => `${id} was made and no state has it`);
}

/** How the URN of a resource ends. */
function urnEnd(key: string): string {
  return key.replace(/^.*\./, ":").replace(" ", "::");
}

/** The part of a marker or of a state's `__nonce` that no other account has. */
function markerId(nonce: unknown): string {
  return String(nonce).split(".")[0] ?? "";
}

/** What nobody declares stays as it is: other people's accounts, and fields and metadata of ours. */
function touched(before: Snapshot, after: Snapshot, { program, outcome }: Operation): string[] {
  const problems: string[] = [];
  for (const [id, was] of before.accounts) {
    const is = after.accounts.get(id);
    if (is === undefined) continue;
    const ours = [...program].filter(
      ([key, args]) =>
        isAccount(key) &&
        (before.state.get(key)?.id === id ||
          after.state.get(key)?.id === id ||
          args["adopt"] === id ||
          is.stamp?.urn.endsWith(urnEnd(key))),
    );
    const declared = new Set(
      ours.flatMap(([key, args]) => [
        ...Object.keys(fieldsOf(args)),
        ...Object.keys(fieldsOf(before.state.get(key)?.outputs ?? {})),
        ...Object.keys(fieldsOf(before.state.get(key)?.inputs ?? {})),
        "status",
      ]),
    );
    for (const name of new Set([...Object.keys(was.fields), ...Object.keys(is.fields)])) {
      if (declared.has(name) || was.fields[name] === is.fields[name]) continue;
      // The death of an account is what another law is about.
      if (name === "status" && was.live && !is.live) continue;
      // A vendor that takes away what a PATCH does not name is put right by a second call, which a kill can prevent.
      if (outcome !== "done" && name.startsWith("limits.")) continue;
      problems.push(`${name} of ${id} was changed and nobody declares it`);
    }
  }
  return problems;
}

/** After an `up` that succeeded the vendor has what is declared. */
function truth(before: Snapshot, after: Snapshot, operation: Operation): string[] {
  const { program, replaced, stale } = operation;
  const problems: string[] = [];
  for (const [key, args] of program) {
    const resource = after.state.get(key);
    if (resource === undefined) {
      problems.push(`${key} is not in the state`);
      continue;
    }
    const account = String(resource.outputs["subAccountId"] ?? resource.id);
    if (stale.has(account)) continue;
    const is = after.accounts.get(account);
    const shouldLive = args["status"] !== "inactive";
    if (is === undefined || (isAccount(key) && is.live !== shouldLive)) {
      problems.push(`${key} is declared and its account is ${is ? "ended" : "gone"}`);
      continue;
    }
    const secret = resource.outputs["apiKey"];
    const isWorking = typeof secret === "string" && after.keys.get(secret) === account;
    const mayBeAbsent =
      isAccount(key) &&
      (is.model.subject.bornWith === undefined ||
        args["adopt"] !== undefined ||
        !("apiKey" in resource.outputs));
    if (is.live && !isWorking && !(secret === undefined && mayBeAbsent) && !isUntold(account, secret, after))
      problems.push(`the key of ${key} does not work`);
    // A replacement is told no state, so that what was taken out of the code looks as if it was never there.
    const was = replaced.has(key) ? undefined : before.state.get(key);
    if (isAccount(key)) problems.push(...differences(key, args, was, is));
  }
  return problems;
}

/** Whether the vendor's listing does not tell a key from another one of its account that works. */
function isUntold(account: string, secret: unknown, { issued }: Snapshot): boolean {
  return [...issued.values()].some(
    (key) => key.account === account && key.live && String(secret).startsWith(key.shown),
  );
}

/** Arguments that no vendor knows. */
const STATE_ONLY = ["deletionPolicy", "adopt", "connection"];

function differences(
  key: string,
  args: Values,
  was: Resource | undefined,
  is: Actual & { model: VendorModel },
): string[] {
  const stateOnly = is.model.identity === "name" ? [...STATE_ONLY, "externalId"] : STATE_ONLY;
  const declared = fieldsOf(args);
  const wrong = Object.entries(declared).filter(
    ([name, value]) => !stateOnly.includes(name) && (is.fields[name] ?? null) !== value,
  );
  const taken: Fields = was?.id === is.id ? fieldsOf(was.inputs) : {};
  const left = Object.keys(taken).filter(
    (name) =>
      !(name in declared) &&
      !name.startsWith("__") &&
      name !== "status" &&
      !stateOnly.includes(name) &&
      name in is.fields,
  );
  return [
    ...wrong.map(([name, value]) => `${name} of ${key}: asked ${value}, vendor has ${is.fields[name]}`),
    ...left.map((name) => `${name} of ${key} was taken out of the code and is still ${is.fields[name]}`),
  ];
}

/** What is in the state leaves it only when it is gone at the vendor, or was deleted. */
function lost(before: Snapshot, after: Snapshot, { kind, program, replaced }: Operation): string[] {
  return [...before.state].flatMap(([key, was]) => {
    const is = after.state.get(key);
    if (is === undefined) {
      const isGone = isAccount(key) ? !after.accounts.get(was.id)?.live : kind === "refresh";
      return isGone || (kind === "up" && !program.has(key)) ? [] : [`${key} was lost from the state`];
    }
    if (!isAccount(key) || !after.accounts.get(is.id)?.live || is.id !== was.id) return [];
    const secret = was.outputs["apiKey"];
    // A create that replaces by force is not given the state, and so not its key.
    const wasWorking =
      typeof secret === "string" && before.keys.get(secret) === was.id && !replaced.has(key);
    return !wasWorking || is.outputs["apiKey"] != null ? [] : [`the key of ${key} was lost from the state`];
  });
}
