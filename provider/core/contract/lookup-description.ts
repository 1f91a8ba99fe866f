/** A value in the result of a lookup. */
export interface Shown {
  /** TypeScript type. */
  readonly type: string;
  /** Meaning; of a field that the resource has too, what is said there. */
  readonly doc?: string;
  /** It is there in every result. */
  readonly always?: true;
}

/** The one description of a vendor's lookups, from which `npm run generate` makes their functions, types and pages. */
export interface LookupDescription {
  readonly get: {
    readonly doc: string;
    readonly page: string;
    /** A program, without its import of this package. */
    readonly example: string;
    /** Arguments of which exactly one is passed. */
    readonly by: readonly ("id" | "externalId" | "name")[];
    /** Arguments that this vendor does not support, each with what to use instead. */
    readonly lacks?: Readonly<Record<string, string>>;
  };
  readonly list: { readonly doc: string; readonly page: string };
  /** An account as the vendor has it; `id` and `name` go without saying. */
  readonly account: {
    readonly doc: string;
    readonly fields: Readonly<Record<string, Shown>>;
    /** Interfaces that the types name. */
    readonly shapes?: readonly ShownShape[];
  };
  readonly usage: {
    readonly doc: string;
    readonly page: string;
    readonly resultDoc: string;
    readonly fields: Readonly<Record<string, Shown>>;
    /** Arguments beside `id` and `connection`: optional texts. */
    readonly args?: Readonly<Record<string, string>>;
    /** The module of the vendor's folder in sdk/ and the function in it that finds problems of arguments. */
    readonly problem?: { readonly module: string; readonly name: string };
  };
}

/** An object in the result of a lookup. */
interface ShownShape {
  readonly name: string;
  readonly doc: string;
  readonly fields: Readonly<Record<string, Shown>>;
}
