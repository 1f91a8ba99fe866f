import type { z } from "zod";
import type { Run } from "../base/run";
import type { Fleet } from "../vendor-io/shared-settings";
import type { Vendor } from "../vendor-io/vendor";
import type { Description } from "./description";

/** The stack's owner id and the resource's URN, from the `__owner` input. */
export interface Ownership {
  /** Empty in a preview of a stack whose owner is still to be made. */
  readonly owner: string;
  readonly urn: string;
  /** The URNs that the resource had before, as far as the program says (aliases). */
  readonly aliases?: readonly string[];
}

/** The context of a handler. */
export interface Context<Client> {
  readonly client: Client;
  /** Names the vendor and credentials within this run; prefix of keys for {@link Run.hold} and {@link Run.claim}. */
  readonly connection: string;
  readonly run: Run;
  /** How long the vendor's rate limit may make one call wait in all, in milliseconds. */
  readonly maxWaitMs: number;
  /** The organizations that the connection may reach, where the stack's configuration names any. */
  readonly allowedOrganizations: readonly string[] | undefined;
  /** A refresh looks at the own key of every account, not of the first ones alone. */
  readonly checksAllKeys: boolean;
  /** The fleet of the stack, where its configuration names one. */
  readonly fleet?: Fleet | undefined;
  /** Names of the account's keys that have ended by the date of its tenant; known in diff, create and update alone. */
  readonly endedKeys?: readonly string[] | undefined;
}

/** A context for what has inputs: create and update. */
export interface WriteContext<Client> extends Context<Client> {
  readonly ownership: Ownership;
  /** Paths of arguments that `ignoreChanges` names: neither compared nor sent. */
  readonly ignored: readonly string[];
}

/** Plain values by argument or output name. A value is JSON; `undefined` and absent mean the same. */
export type Values = Readonly<Record<string, unknown>>;

/** Facts that rules may depend on. */
export interface Circumstances {
  /** Id of the object, known in diff only. */
  readonly id?: string | undefined;
  /** The API version that the connection speaks, where the vendor has several and the connection is known. */
  readonly apiVersion?: string | undefined;
  /** The time, in milliseconds since the epoch; known in check only, so that a refresh looks at no clock. */
  readonly nowMs?: number | undefined;
}

/** Something wrong with arguments, found without a call. */
export interface Problem {
  /** Path of the argument, or empty. */
  readonly path: string;
  /** The rule, and the remedy; never a value. */
  readonly rule: string;
}

/** Something that is to be done although no argument changed, or that a person should read of in a preview. */
export interface Due {
  /** The change and its reason, for people; follows the vendor's name and the resource. */
  readonly note: string;
  /** A difference that a refresh found; counts in a refresh, too, where time does not. */
  readonly isDrift?: boolean;
  /** It is only said: an `up` does nothing about it. */
  readonly isNews?: boolean;
}

/**
 * The resource contract: what an author of a new resource writes. Arguments are parsed, secrets are plain, nothing
 * is unknown; what dispatch adds (protocol keys, configuration, HTTP, error shapes) is not seen here.
 */
export interface Resource<Client, Args extends Values = Values> {
  readonly vendor: Vendor<Client>;
  /** The class name, as in the type token. */
  readonly kind: string;
  /** The one description, from which classes and documentation are made; arguments, defaults and secrets are read off it. */
  readonly description: Description;
  /** Strict schema of the arguments; each field's description is its rule, as messages give it. */
  readonly args: z.ZodType<Args> & { readonly shape: Readonly<Record<string, z.ZodType>> };
  /** Values of absent arguments. */
  readonly defaults: Values;
  /** Arguments and outputs that are secret whatever the program says. */
  readonly secrets: readonly string[];
  /** Arguments that only matter before there is any state, and so are no difference later (`adopt`). */
  readonly transient: readonly string[];
  /** Arguments whose keys count as fields of their own (`metadata`, `limits`). */
  readonly keyed: readonly string[];
  /** Arguments whose change makes a new object. */
  readonly replaces: readonly string[];
  /**
   * Checks that the schema cannot express: rules between arguments, and of a change (`olds` are the arguments in the state).
   * Arguments of `news` may still be unknown or hold unknowns. Asked in check, and once more in diff.
   */
  readonly rules?: (news: Values, olds: Values | undefined, about: Circumstances) => Problem[];
  /** Notes on valid arguments, shown in preview and up. */
  readonly notes?: (args: Values, about: Circumstances) => string[];
  /** Values that are unique at the connection, by argument path. */
  readonly claims?: (args: Values) => ReadonlyMap<string, string>;
  /**
   * Changes besides those of arguments: what time asks for, and what a refresh found. Without a call.
   *
   * @param context undefined while the connection is unknown.
   */
  readonly due?: (
    id: string,
    state: Values,
    args: Values,
    nowMs: number,
    ownership: Ownership,
    context: Context<Client> | undefined,
  ) => readonly Due[];
  /**
   * Changed arguments that this run cannot apply: they are no difference until it can, and stay in the state as they were.
   * Without a call.
   */
  readonly waiting?: (context: Context<Client>, id: string, state: Values, args: Values) => readonly string[];
  /** Conflicts of the arguments with other resources of this run; asked in check without an id, then in diff. */
  readonly conflicts?: (
    context: Context<Client>,
    args: Values,
    urn: string,
    id: string | undefined,
  ) => readonly Problem[];
  /** Notes in the run what this resource has at the vendor, for others that ask {@link Run.holders}. */
  readonly remember?: (context: Context<Client>, id: string, state: Values, urn: string) => void;

  create(context: WriteContext<Client>, args: Args): Promise<{ id: string; state: Values }>;
  /** The current state, or undefined when the vendor has no such object of ours any more. */
  read(context: Context<Client>, id: string, state: Values): Promise<Values | undefined>;
  update(context: WriteContext<Client>, id: string, state: Values, args: Args): Promise<Values>;
  delete(context: Context<Client>, id: string, state: Values): Promise<void>;
}
