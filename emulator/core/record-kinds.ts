import { z } from "zod";
import type { HandField } from "./hand-fields";
import type { AccountRow, Making } from "./vendor";

/** A record as a vendor's stand-in stores it: JSON, secrets and all. */
export interface VendorRecord {
  readonly id: string;
}

/** The members of a record as it is stored, and those that a file must name; the others are as in a new one. */
interface Stored<Schema extends z.ZodObject> {
  readonly schema: Schema;
  readonly required?: readonly (keyof z.infer<Schema> & string)[];
}

/** Objects of an account, such as keys. All that files, `--persist`, dumps, tests and the page do with them follows from it. */
export interface SubObject<Schema extends z.ZodObject, View = z.infer<Schema>, Switches = object>
  extends Stored<Schema> {
  /** A whole one, of what a file or an older dump has of it. */
  whole(given: Partial<z.infer<Schema>>, making: Making<Switches>): z.infer<Schema>;
  /** Those of a new account. Default: none. */
  initial?(making: Making<Switches>): z.infer<Schema>[];
  /** What tests and the page may see: never a secret. Default: all. */
  view?(stored: z.infer<Schema>): View;
  /** Its part of the account's line on the page; undefined for none. Default: the line has no column for them. */
  text?(stored: z.infer<Schema>, making: Making<Switches>): string | undefined;
  /**
   * The member with the id of its account, where it is a record of its own, which lags by itself and may be of no account
   * (null). Default: it lies in a list of its account.
   */
  readonly holder?: keyof z.infer<Schema> & string;
}

/** The sub-objects of a vendor's accounts, by the member under which files and views have them. */
export type SubObjects = Readonly<Record<string, SubObject<z.ZodObject, object, never>>>;

/** The accounts of a vendor. */
export interface AccountKind<Schema extends z.ZodObject, Subs extends SubObjects, Switches>
  extends Stored<Schema> {
  readonly subObjects: Subs;
  /** One that nothing is said of. */
  fresh(making: Making<Switches>): z.infer<Schema>;
  /** Members that no view has. */
  readonly secrets?: readonly (keyof z.infer<Schema> & string)[];
  /** Members of which no two accounts of a file have the same. Default: `id`. */
  readonly unique?: readonly (keyof z.infer<Schema> & string)[];
  /** What a person can change by hand. */
  fields(switches: Switches): readonly HandField[];
  /** An account in a line, but for its sub-objects. */
  row(account: z.infer<Schema>): AccountRow;
}

/** The lists of sub-objects that an account as it is stored has. */
export type Holding<Subs> = {
  readonly [Name in keyof Subs as Subs[Name] extends { readonly holder: string }
    ? never
    : Name]: readonly StoredOf<Subs[Name]>[];
};

/** The lists of sub-objects that a view of an account has. */
export type Views<Subs> = {
  [Name in keyof Subs]: ViewOf<Subs[Name]>[];
};

type ViewOf<Sub> = Sub extends { view(stored: never): infer View } ? View : StoredOf<Sub>;
type StoredOf<Sub> = Sub extends { readonly schema: infer Schema extends z.ZodObject }
  ? z.infer<Schema>
  : never;

/** A record in a file: what is left out is as in a new one. */
type Given<All, Required> = {
  readonly [Name in keyof All as Name extends Required ? Name : never]: All[Name];
} & {
  readonly [Name in keyof All as Name extends Required ? never : Name]?: Some<All[Name]>;
};
type Some<Value> = Value extends readonly unknown[] ? Value : Value extends object ? Partial<Value> : Value;
type RequiredOf<Kind> = Kind extends { readonly required: readonly (infer Name)[] } ? Name : never;
type HolderOf<Sub> = Sub extends { readonly holder: infer Name extends string } ? Name : never;
type GivenSubs<Subs> = {
  readonly [Name in keyof Subs]?:
    | readonly Given<Omit<StoredOf<Subs[Name]>, HolderOf<Subs[Name]>>, RequiredOf<Subs[Name]>>[]
    | undefined;
};

/** What a vendor begins with, as a file has it: accounts, and sub-objects of none. */
export type SeedOf<Kind> = Kind extends { readonly subObjects: infer Subs }
  ? {
      readonly accounts?: readonly (Given<StoredOf<Kind>, RequiredOf<Kind>> & GivenSubs<Subs>)[] | undefined;
    } & GivenSubs<{
      [Name in keyof Subs as Subs[Name] extends { readonly holder: string } ? Name : never]: Subs[Name];
    }>
  : never;

/** The schema of {@link SeedOf}. */
export function seedSchema({
  subObjects,
  unique = ["id"],
  ...account
}: AccountKind<z.ZodObject, SubObjects, never>) {
  const subs = Object.entries(subObjects).map(([name, sub]) => {
    return { name, sub, list: listOf(z.strictObject(given(sub, sub.holder)), ["id"]) };
  });
  const shapeOf = (some: typeof subs) => Object.fromEntries(some.map(({ name, list }) => [name, list]));
  return z.strictObject({
    accounts: listOf(z.strictObject({ ...given(account), ...shapeOf(subs) }), unique),
    ...shapeOf(subs.filter(({ sub }) => sub.holder !== undefined)),
  });
}

/** The members of a record in a file; those that are objects may be there in part. */
function given({ schema, required = [] }: Stored<z.ZodObject>, holder?: string): Record<string, z.ZodType> {
  const shape = Object.entries(schema.shape).filter(([name]) => name !== holder);
  return Object.fromEntries(
    shape.map(([name, member]) => {
      const inner = member instanceof z.ZodObject ? z.strictObject(given({ schema: member })) : member;
      return [name, required.includes(name) ? inner : z.exactOptional(inner)];
    }),
  );
}

/** A list in which no two items have the same value of these members. */
function listOf(item: z.ZodObject, unique: readonly string[]) {
  const list = z.array(item).superRefine((all, context) => {
    for (const member of unique) {
      const seen = new Set<unknown>();
      for (const [index, { [member]: value }] of all.entries()) {
        const isThere = value !== undefined && seen.has(value);
        if (isThere) context.addIssue({ code: "custom", path: [index, member], message: "is there twice" });
        seen.add(value);
      }
    }
  });
  return z.exactOptional(list);
}

/** A record with these members; those that are objects are changed in part. */
export function merged<Schema extends z.ZodObject>(
  schema: Schema,
  record: z.infer<Schema>,
  members: object,
): z.infer<Schema> {
  const changes = Object.entries(members).map(([name, value]) => {
    const isInner = schema.shape[name] instanceof z.ZodObject;
    return [name, isInner ? { ...Object(Reflect.get(record, name)), ...Object(value) } : value];
  });
  return { ...record, ...Object.fromEntries(changes) };
}
