import type { z } from "zod";
import type { Emulator, VendorName } from "../../emulator/index.ts";

/** Arguments of a program, or fields in a vendor's words. */
export type Values = Readonly<Record<string, unknown>>;

type View<Name extends VendorName> = ReturnType<Emulator[Name]["accounts"]>[number];

/** A key as its vendor really has it. */
export interface KeyAtVendor {
  readonly id: string;
  readonly name: string | null;
  readonly prefix: string;
  readonly live: boolean;
}

/** A change of the program. */
export interface Change {
  readonly what: string;
  /** Arguments before, beside what is required; default: all of `full`. */
  readonly from?: Values;
  /** Arguments that change; `undefined` takes one out, and members of an object are changed one by one. */
  readonly change: Values;
  /** The body that it sends; `undefined` for none. */
  readonly sends: unknown;
  /** It stops the account, and its body says so in the marker, with the metadata that there is. */
  readonly stops?: true;
}

/** A change of one argument behind the program's back. */
export interface Drift {
  readonly what: string;
  readonly argument: string;
  /** In the vendor's words. */
  readonly change: Values;
  /** The body that repairs it. */
  readonly sends: unknown;
}

/** Keys that are objects of their own and shown once. Calls are `METHOD /path` with `{id}` for the account, `{keyId}` for the key. */
export interface KeySubject<Name extends VendorName> {
  readonly create: string;
  readonly revoke: string;
  /** The path of the listing. */
  readonly list: string;
  /** Arguments beside `subAccountId` and `name`, which are sent as they are. */
  readonly full: Values;
  /** What a create sends beside them. */
  readonly body?: (account: string) => object;
  /** Changed arguments that rotate, beside `name`. */
  readonly changes?: Readonly<Record<string, Values>>;
  /** Name of the key that an account is born with. */
  readonly ownName?: string;
  /** What a key of an account that is not there is refused with. Default: there is no such account. */
  readonly unknownAccount?: RegExp;
  /** Default: keys have `keyPrefix` and `revokedAt`. */
  of?(account: View<Name>): KeyAtVendor[];
  revokeOutside(handle: Emulator[Name], account: string, keyId: string): void;
}

/** The values that something may have, by name; those of an object's members in it. None of them has to be there. */
export interface Choices {
  readonly [name: string]: readonly unknown[] | Choices;
}

/** What random programs and vendors may hold, for the model of test/resources/model; what is absent is made of the rest. */
interface Chances {
  readonly args?: Choices;
  readonly keyArgs?: Choices;
  /** Changes behind the program's back, of one of these at a time, in the vendor's words. */
  readonly drift?: Choices;
  /** Undocumented behaviours with which everything must work; those `together` depend on each other. */
  readonly switches?: Choices & { readonly together?: readonly object[] };
}

/** Calls with a body as their vendor documents them. */
export interface DocumentedCalls {
  /** The resource whose contract makes them, `zavu.Webhook`; absent for accounts and keys. */
  readonly resource?: string;
  /** They are of an API version other than the newest. */
  readonly isOfOtherVersion?: true;
  /** Pages of the vendor, or its own clients. */
  readonly sources: readonly string[];
  /** The body of each by `METHOD /path`, in which `{id}` stands for one segment; closed: what is not documented is not sent. */
  readonly calls: Readonly<Record<string, z.ZodType>>;
}

/** Whether a body has anything in it. */
export const isNotEmpty = (body: object): boolean => Object.keys(body).length > 0;

/** A status that no vendor documents. */
export const STRANGE_STATUS = "suspended";

/** Metadata that programs declare. */
export const METADATA = { tier: ["gold", "tin", null], seats: [1, 2] } as const;

/** Switches that several stand-ins have. */
export const LISTING = { pageSize: [1, 2, 100], listOrder: ["newest", "oldest"] } as const;
export const STORED = {
  metadata: ["replace", "merge"],
  mergeNull: ["removes", "stores"],
  unsetReadsAs: [null, "absent"],
  metadataShownIn: ["all", "single reads"],
} as const;

/**
 * What the suites need to know of a vendor: arguments, calls and bodies, written down by hand, since what the provider says of
 * itself would prove nothing. Calls are `METHOD /path` with `{id}` for the account.
 */
export interface VendorSubject<Name extends VendorName = VendorName> {
  readonly vendor: Name;
  readonly calls: { readonly create: string; readonly update: string; readonly remove: string };
  readonly paths: {
    readonly list: string;
    /** Absent where the listing is all there is. */
    readonly get?: string;
    /** Tells whose the key is; absent where the listing does. */
    readonly whoami?: string;
  };
  /** The reply of the listing to an organization without accounts. */
  readonly emptyPage: unknown;
  /** An error body in the vendor's envelope that says this. */
  readonly refusal: (text: string) => object;
  /** The vendor's own words for an account that is not there; absent where its 404s prove nothing. */
  readonly notFound?: object;
  /** The names in requests and replies of members that the suites call by others; `metadata` by another name has texts alone. */
  readonly words?: Readonly<Record<"account" | "key", Readonly<Record<string, string>>>>;
  /** Whether accounts have metadata and an `externalId`, and so a marker; without one a forced replacement is refused. */
  readonly isMarked: boolean;
  /** The key that an account is born with, which is then its `apiKey`. */
  readonly bornWith?: "a key that is shown once" | "a key that is listed";
  /** The member with an account's status, and the word for an active one. Default: `status`, `active`. */
  readonly status?: { readonly member: string; readonly active: string };
  /** The status of an ended account; absent where it is erased. */
  readonly endedStatus?: string;
  /** Arguments that each account must have, beside its name. */
  readonly required?: Values;
  /** A limit as the program declares it. */
  readonly limit: (value: number | null) => Values;
  /** The switch that stores each limit as this one, and whether the replies to writes then repeat what was asked. */
  readonly clamp: string;
  readonly clampEchoes?: true;
  /** Arguments in the vendor's words. Default: the same without `deletionPolicy`. */
  readonly inWords?: (args: Values) => Values;
  /** Every argument of an account, beside its name; the limit in it is a number, and an `externalId` is `tenant-acme`. */
  readonly full: Values;
  /** The body of a create with all of them, but for the marker. */
  readonly sends: Values;
  /** Changes and drifts beside those of the name, the limit and the `externalId`, which every vendor has (`usual.mts`). */
  readonly changes?: readonly Change[];
  readonly drifts?: readonly Drift[];
  /** Every changeable field of an account, before and after. */
  readonly update: readonly [from: Values, to: Values];
  /** What an account that a program adopts may have beside other fields, in the vendor's words. */
  readonly adoptable?: Values;
  /** Two values of arguments that have no obvious ones, with what must be declared beside them. */
  readonly values?: Readonly<Record<string, { readonly values: readonly [unknown, unknown]; with?: Values }>>;
  /** Switches by which a second end of an account is answered as if there were none. */
  readonly endsOnce?: Values;
  /** Switches by which the listing has so many accounts on a page. Default: `pageSize`. */
  readonly pagesOf?: (size: number) => Values;
  /** The API versions before the newest that have rows of their own. */
  readonly older?: readonly string[];
  /** An account with every limit that stopping it replaces, and what the vendor has of it then; absent where none can be stopped. */
  readonly stopped?: { readonly args: Values; readonly shown: Values };
  readonly keys?: KeySubject<Name>;
  /** Every call with a body; each request of `test:resources` is checked by them. */
  readonly documented: readonly DocumentedCalls[];
  readonly chances?: Chances;
  /** The declared fields of an account, in our words. Default: those that have the same name. */
  fields?(account: View<Name>): Values;
  /** Ends an account as the vendor's dashboard does. */
  end(handle: Emulator[Name], id: string): void;
}
