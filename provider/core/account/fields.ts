import { isDeepStrictEqual } from "node:util";
import { heldUnder, isObject, type Json, type JsonObject } from "../base/json";
import { type AccountFields, declaredFields, type Fields, nested } from "../contract/fields";
import { declarable, isSame } from "../contract/identity";
import type { Values } from "../contract/resource";

/** A sub-account as a vendor has it, in the words of our arguments. */
export interface Account {
  readonly id: string;
  /** `ended`: archived, inactive; `strange`: a status that the vendor does not document. */
  readonly presence: "active" | "ended" | "strange";
  /** The vendor's own word for it. */
  readonly status: string;
  /** Field name → value; `null` is the vendor's "unset". A key of `limits` is a field: `limits.maxSpaces`. */
  readonly fields: Fields;
  /** All of it, ours and theirs; undefined where the vendor has no metadata. */
  readonly metadata?: JsonObject | undefined;
  /** The account's own endpoint shows no metadata: there is none, or the reply leaves it out. */
  readonly isMetadataUnshown?: true;
  /** Outputs beside the arguments (`createdAt`); absent where this reply does not show them. */
  readonly outputs: Readonly<Record<string, Json | undefined>>;
  /** When the account was changed last, ISO 8601, where the vendor tells; never in a state. */
  readonly changedAt?: string | undefined;
  /** Its use by metric, where this reply shows it; never in a state. */
  readonly used?: Readonly<Record<string, number | undefined>>;
  /** The account's key, where this reply shows it. */
  readonly apiKey?: string | undefined;
  /** Of an account in a fleet's database, which has no keys: a mark by which who has the key knows it again. */
  readonly keyMark?: string | undefined;
}

/** Facts of fields by which one that a reply leaves out is told from one that the vendor does not have. */
export interface ShownFields extends AccountFields {
  /** The set of each field that belongs to one; an account has the fields of one set. */
  readonly sets: Readonly<Record<string, string>>;
}

/** The declared fields whose values the vendor's reply leaves out; not those of a set in whose place another is shown. */
export function unshownFields(
  facts: ShownFields,
  declared: Values,
  { fields }: Pick<Account, "fields">,
): string[] {
  const shown = new Set(Object.keys(fields).flatMap((name) => facts.sets[name] ?? []));
  const isShown = (name: string) => {
    const { [name]: set } = facts.sets;
    return fields[name] !== undefined || (set !== undefined && shown.size > 0 && !shown.has(set));
  };
  return Object.keys(declaredFields({ ...facts, defaults: {} }, declared)).filter((name) => !isShown(name));
}

/** Fields that a vendor may store in another form: trimmed, case-folded, NFC. */
const NAMES = ["name", "externalId"];

/** Whether the vendor's value of a field stands for the declared one: names and externalIds by their normal form. */
function standsFor(name: string, has: Json, declared: Json | undefined): boolean {
  return NAMES.includes(name) ? isSame(has, declared) : isDeepStrictEqual(has, declared);
}

/** Whether the vendor has a name that nobody can declare as it is, and the declared one is what can be. */
function isDeclaredForm(name: string, has: Json, declared: Json | undefined): boolean {
  return (
    NAMES.includes(name) && typeof has === "string" && declarable(has) === declared && isSame(has, declared)
  );
}

/**
 * The fields to send so that the account becomes what is declared: each declared field with another value or one that is
 * not shown, and `null` for each that was declared before and is not any more. A name that the vendor stores in another form is sent
 * once: where it was declared before as it is now, the vendor's form stands for it. One that differs in what nobody can
 * declare alone (a blank at its end) is not sent at all.
 */
export function fieldsToSend(declared: Fields, declaredBefore: Fields, account: Account): Fields {
  const send: Record<string, Json> = {};
  for (const [name, value] of Object.entries(declared)) {
    const has = account.fields[name];
    const wasSent = isDeepStrictEqual(declaredBefore[name], value);
    const isThere =
      has !== undefined &&
      (wasSent
        ? standsFor(name, has, value)
        : isDeepStrictEqual(has, value) || isDeclaredForm(name, has, value));
    if (!isThere) send[name] = value;
  }
  for (const name of Object.keys(declaredBefore)) {
    if (Object.hasOwn(declared, name) || account.fields[name] === null) continue;
    send[name] = null;
  }
  return send;
}

/**
 * The arguments that a state may hold after a step that failed: what was declared before and is not any more stays while the
 * vendor still has it, or the next update would not know of it; and what was not declared before counts only if the step
 * changed it, or a revert would clear a value that was set outside.
 */
export function argumentsAfterFailure(
  fields: ShownFields,
  before: Values,
  args: Values,
  start: Account,
  account: Account,
): Values {
  const [declaredBefore, declared] = [before, args].map((values) =>
    declaredFields({ ...fields, defaults: {} }, values),
  );
  const unshown = unshownFields(fields, before, account).flatMap((name) => {
    const value = declaredBefore?.[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  const has = { ...Object.fromEntries(unshown), ...account.fields };
  const kept = nested(knownFields(declaredBefore, declared, start.fields, has));
  const [old, now] = [before, args].map(({ metadata }) =>
    isObject(metadata) ? (metadata as JsonObject) : {},
  );
  const metadata = knownFields(old, now, start.metadata, account.metadata);
  const others = Object.entries(args).filter(([name]) => !fields.names.includes(name) && name !== "metadata");
  return {
    ...Object.fromEntries(others),
    ...kept,
    ...(Object.keys(metadata).length > 0 ? { metadata } : {}),
  };
}

/** The fields that a state may hold: see {@link argumentsAfterFailure}. */
function knownFields(before: Fields = {}, declared: Fields = {}, had: Fields = {}, has: Fields = {}): Fields {
  const now = Object.entries(declared).filter(
    ([name, value]) =>
      Object.hasOwn(before, name) ||
      isDeepStrictEqual(heldUnder(has, name), value) ||
      !isDeepStrictEqual(heldUnder(has, name), heldUnder(had, name)),
  );
  const stillSet = Object.keys(before).filter(
    (name) => !Object.hasOwn(declared, name) && heldUnder(has, name) !== null,
  );
  return Object.fromEntries([...now, ...stillSet.map((name) => [name, heldUnder(has, name)] as const)]);
}

/**
 * The state of an account: what is declared, with the vendor's values where it shows them, and what users read.
 */
export function stateOf(
  kind: ShownFields & {
    readonly args: { readonly shape: object };
    readonly transient: readonly string[];
    readonly immutable: readonly string[];
  },
  account: Account,
  declared: Values,
  before: Values,
  own: Values,
): Values {
  const state: Record<string, unknown> = {};
  // What the vendor does not show (database, deletionPolicy, connection) is as declared.
  for (const name of Object.keys(kind.args.shape)) {
    if (!kind.transient.includes(name) && declared[name] !== undefined) state[name] = declared[name];
  }
  const shown = declaredFields({ ...kind, defaults: {} }, declared);
  const unshown = unshownFields(kind, declared, account);
  const actual = Object.entries(shown).map(([name, value]) => {
    const has = account.fields[name] ?? null;
    return [name, unshown.includes(name) || standsFor(name, has, value) ? value : has] as const;
  });
  Object.assign(state, nested(Object.fromEntries(actual)));
  // Nobody declared it, or the vendor cannot change it, and it is not what the code stands for: drift that the next diff
  // must see.
  for (const name of [...Object.keys(kind.defaults), ...kind.immutable]) {
    const has = account.fields[name];
    if (has !== undefined && !isDeepStrictEqual(has, declared[name] ?? kind.defaults[name]))
      state[name] = has;
  }
  if (isObject(declared["metadata"])) {
    const keys = Object.keys(declared["metadata"]);
    state["metadata"] = Object.fromEntries(keys.map((key) => [key, heldUnder(account.metadata, key)]));
  }
  for (const [name, value] of Object.entries(account.outputs)) state[name] = value ?? before[name];
  return { ...state, ...own };
}
