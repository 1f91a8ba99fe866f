import { z } from "zod";
import { partsOf } from "../../provider/core/account/marker";
import { isObject } from "../../provider/core/base/json";
import type { Values } from "../../provider/core/contract/resource";
import { isWithoutKey } from "../../provider/core/key/stopped";
import { type HeldKeys, keyIdsInState } from "../../provider/core/key/unknown";
import { ExportSplitter } from "./export-splitter";

/** An account of a state, with what the state has of its keys. */
export interface StateAccount {
  readonly vendor: string;
  readonly id: string;
  readonly name: string | undefined;
  readonly connection: string | undefined;
  /** Declared arguments, with a symbol for each secret. */
  readonly declared: Values;
  /** The organization that it is in, as `team:…`; undefined in states before 0.3.0. */
  readonly place: string | undefined;
  /** The tenant that declares it. */
  readonly tenant: StateTenant | undefined;
  readonly held: HeldKeys;
}

/** A tenant of a state. */
interface StateTenant {
  readonly externalId: string | undefined;
  readonly name: string | undefined;
  readonly tier: string | undefined;
  /** The vendors at which it is suspended. */
  readonly suspendedAt: readonly string[];
}

/** The accounts and keys of an exported state. */
export interface State {
  /** The stack's name; undefined for a state without resources. */
  readonly stack: string | undefined;
  /** The project that it is a stack of, likewise. */
  readonly project: string | undefined;
  /** The id of the stack's owner, which its ownership markers have. */
  readonly owner: string | undefined;
  readonly accounts: readonly StateAccount[];
  /** How many operations an update under way, or one that was killed, has not finished. */
  readonly pending: number;
  /** The parts that are encrypted. */
  readonly problems: readonly string[];
  /** Everything in it that was secret and is in clear. */
  readonly secrets: readonly unknown[];
}

const values = z.record(z.string(), z.unknown());
const resource = z.looseObject({
  type: z.string(),
  urn: z.string(),
  id: z.string().optional(),
  parent: z.string().optional(),
  inputs: values.optional(),
  outputs: values.optional(),
  external: z.boolean().optional(),
});
const exported = z.looseObject({
  deployment: z.looseObject({
    // The resources are taken out of it.
    resources: z.array(z.never()).nullish(),
    pending_operations: z.array(z.looseObject({ resource })).nullish(),
  }),
});

type StateResource = z.infer<typeof resource>;

/** The key of the object that a state holds in place of a secret. */
const SECRET_KEY = "4dabf18193072939515e22adb298388d";
/** Stands for a secret that the state holds encrypted. */
const ENCRYPTED = Symbol("encrypted");

/** Reads what `pulumi stack export` prints, piece by piece. Nothing of the text is repeated. */
export class StateReader {
  readonly #found = new Reader();
  readonly #splitter = new ExportSplitter((text) => this.#add(text));
  #first: StateResource | undefined;
  #isOther = false;

  push(piece: string): void {
    this.#splitter.push(piece);
  }

  /** The state; undefined if it was something else. */
  end(): State | undefined {
    const { data } = exported.safeParse(parsed(this.#splitter.end()));
    if (data === undefined || this.#isOther) return undefined;
    const { pending_operations: pending } = data.deployment;
    // A key that a killed run may have made: the state has its name, and no id.
    for (const operation of pending ?? []) this.#found.addName(operation.resource);
    const [stack, project] = this.#first?.urn.split("::") ?? [];
    return {
      stack: stack?.replace("urn:pulumi:", ""),
      project,
      owner: this.#found.owner,
      accounts: [...this.#found.accounts.values()],
      pending: pending?.length ?? 0,
      problems: this.#found.problems,
      secrets: this.#found.secrets,
    };
  }

  #add(text: string): void {
    const { data } = resource.safeParse(parsed(text));
    this.#isOther ||= data === undefined;
    if (data === undefined) return;
    this.#first ??= data;
    if (!data.external) this.#found.add(data);
  }
}

/** Collects accounts from resources, whichever comes first: the account's own or those of its keys. */
class Reader {
  readonly accounts = new Map<string, StateAccount & { readonly held: Collected }>();
  readonly problems: string[] = [];
  readonly secrets: unknown[] = [];
  owner: string | undefined;
  readonly #tenants = new Map<string, StateTenant>();
  readonly #texts = new Map<string, string>();

  add(resource: StateResource): void {
    if (OWNER.test(resource.type)) this.owner = resource.id;
    if (resource.type === TENANT) this.#tenants.set(resource.urn, tenantOf(withoutSecrets(resource.outputs)));
    const found = kindOf(resource);
    if (found === undefined || resource.id === undefined) return;
    const { vendor, kind } = found;
    const props = this.#plain(resource);
    if (kind === "ApiKey") {
      const held = this.#heldOfKey(vendor, resource, props);
      if (held === undefined) return;
      for (const id of keyIdsInState(resource.id, props)) held.ids = (held.ids ?? new Set()).add(id);
      if (typeof props["name"] === "string" && isWithoutKey(resource.id, props))
        held.waiting = (held.waiting ?? new Set()).add(props["name"]);
      return;
    }
    const held = this.#account(vendor, resource.id, props, textOf(props["name"]), resource).held;
    const { apiKey } = props;
    if (apiKey === ENCRYPTED) held.own = [...(held.own ?? []), null];
    else if (typeof apiKey === "string") held.own = [...(held.own ?? []), apiKey];
    const { __endedKeys: ended } = props;
    if (!Array.isArray(ended)) return;
    held.haveEnded = true;
    for (const name of ended) if (typeof name === "string") held.names = (held.names ?? new Set()).add(name);
  }

  addName(resource: StateResource): void {
    const found = kindOf(resource);
    if (found?.kind === "ApiKey") this.#heldOfKey(found.vendor, resource, this.#plain(resource));
  }

  #heldOfKey(vendor: string, { urn }: StateResource, props: Values): Collected | undefined {
    const { subAccountId, name } = props;
    const hidden = Object.entries({ subAccountId, name }).find(([, value]) => value === ENCRYPTED);
    if (hidden) {
      this.problems.push(
        `the ${hidden[0]} of the key ${urn.slice(urn.lastIndexOf("::") + 2)} is encrypted in this state. Export it with --show-secrets`,
      );
    }
    if (typeof subAccountId !== "string") return undefined;
    const { held } = this.#account(vendor, subAccountId, props, undefined);
    if (typeof name === "string") held.names = (held.names ?? new Set()).add(name);
    return held;
  }

  #account(vendor: string, id: string, props: Values, name: string | undefined, own?: StateResource) {
    const key = `${vendor} ${id}`;
    const before = this.accounts.get(key);
    const account = {
      vendor,
      id,
      name: name ?? before?.name,
      connection: before?.connection ?? textOf(props["connection"]),
      declared: own === undefined ? (before?.declared ?? {}) : argumentsOf(own.inputs),
      place: own === undefined ? before?.place : this.#once(partsOf(props["__nonce"]).place),
      tenant: own === undefined ? before?.tenant : this.#tenants.get(own.parent ?? ""),
      held: before?.held ?? {},
    };
    this.accounts.set(key, account);
    return account;
  }

  /** The same text as one string, which thousands of accounts share. */
  #once(text: string | undefined): string | undefined {
    if (text === undefined) return undefined;
    const known = this.#texts.get(text) ?? text;
    this.#texts.set(known, known);
    return known;
  }

  /** Inputs and outputs of a resource, its secrets in clear where the state has them so. */
  #plain({ inputs, outputs }: StateResource): Values {
    return Object.fromEntries(
      Object.entries({ ...inputs, ...outputs }).map(([name, value]) => {
        if (!isSecret(value)) return [name, value];
        if (typeof value["plaintext"] !== "string") return [name, ENCRYPTED];
        const plain = parsed(value["plaintext"]);
        this.secrets.push(plain);
        return [name, plain];
      }),
    );
  }
}

const TENANT = "subaccounts:index:Tenant";
const OWNER = /^(?:pulumi-nodejs:dynamic\/)?subaccounts[/:]index:Owner$/;

function tenantOf({ externalId, name, tier, suspended }: Values): StateTenant {
  return {
    externalId: textOf(externalId),
    name: textOf(name),
    tier: textOf(tier),
    suspendedAt: isObject(suspended) ? Object.keys(suspended) : [],
  };
}

/** The arguments that a program declares, with a symbol for each secret; not those of the provider's own. */
function argumentsOf(inputs: Values = {}): Values {
  return withoutSecrets(
    Object.fromEntries(Object.entries(inputs).filter(([name]) => !name.startsWith("__"))),
  );
}

/** The values with a symbol for each secret, in clear or not. */
function withoutSecrets(values: Values = {}): Values {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, isSecret(value) ? ENCRYPTED : value]),
  );
}

function isSecret(value: unknown): value is Values {
  return isObject(value) && Object.hasOwn(value, SECRET_KEY);
}

interface Collected extends HeldKeys {
  ids?: Set<string>;
  names?: Set<string>;
  waiting?: Set<string>;
  own?: readonly (string | null)[];
  haveEnded?: boolean;
}

function kindOf({ type }: StateResource): { vendor: string; kind: "SubAccount" | "ApiKey" } | undefined {
  const match = /^(?:pulumi-nodejs:dynamic\/)?subaccounts[/:](\w+):(SubAccount|ApiKey)$/.exec(type);
  const [, vendor, kind] = match ?? [];
  if (vendor === undefined) return undefined;
  return { vendor, kind: kind === "ApiKey" ? "ApiKey" : "SubAccount" };
}

/** A JSON value; undefined for another text, which an error would quote. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
