import { z } from "zod";
import type { HandField } from "./hand-fields";
import { type Members, newRecord, type RecordOf } from "./members";
import type { AccountKind, SubObject, SubObjects } from "./record-kinds";
import type { Making } from "./vendor";
import { type Wire, wireOf } from "./wire";

type Shape<All extends Members> = { [Name in keyof All]: All[Name]["schema"] };
type Schema<All extends Members> = z.ZodObject<Shape<All>, z.core.$strict>;
type NamesWith<All, Fact> = { [Name in keyof All]: All[Name] extends Fact ? Name : never }[keyof All];
type Shown<All> = Omit<RecordOf<All>, NamesWith<All, { readonly secret: true }>>;

/** A declared account, but for its sub-objects. */
type Account<All extends Members> = Pick<
  AccountKind<Schema<All>, Record<never, never>, never>,
  "schema" | "fresh" | "fields" | "row"
> & {
  readonly required: readonly (NamesWith<All, { readonly required: true }> & string)[];
  readonly wire: Wire<All>;
};

/** Facts of objects of an account beside their members. */
interface Parts<Stored> {
  /** How many a new account has. Default: none. */
  readonly initial?: number;
  /** See {@link SubObject.text}. */
  text?(stored: Stored): string | undefined;
}

/** Declared objects of an account. */
export interface DeclaredSubObject<All extends Members> {
  readonly schema: Schema<All>;
  whole(given: Partial<RecordOf<All>>, making: Making<object>): RecordOf<All>;
  initial?(making: Making<object>): RecordOf<All>[];
  view(stored: RecordOf<All>): Shown<All>;
  text?(stored: RecordOf<All>): string | undefined;
  readonly wire: Wire<All>;
}

const namesWith = (members: Members, fact: "required" | "secret") =>
  Object.keys(members).filter((name) => members[name]?.[fact]) as never[];

const schemaOf = <All extends Members>(members: All) =>
  z.strictObject(
    Object.fromEntries(Object.entries(members).map(([name, { schema }]) => [name, schema])),
  ) as unknown as Schema<All>;

/** Accounts with these members: of each that has a label the page has a field and a column. */
export function accountsOf<All extends Members, const Subs extends SubObjects>(
  members: All,
  subObjects: Subs,
): Account<All> & { readonly subObjects: Subs } {
  const labelled = Object.entries(members).flatMap(([name, { label, kind = "text", unset }]): HandField[] =>
    label === undefined ? [] : [{ name, label, kind, ...(unset === undefined ? {} : { unset }) }],
  );
  return {
    schema: schemaOf(members),
    required: namesWith(members, "required"),
    subObjects,
    wire: wireOf(members),
    fresh: (making) => newRecord(members, making) as never,
    fields: () => labelled,
    row: (account) => ({
      id: textOf(account, "id"),
      ...Object.fromEntries(
        labelled.map(({ name, label, unset = "" }) => [label.toLowerCase(), textOf(account, name) || unset]),
      ),
      // Names only: a value of the metadata may be a secret of the program.
      ...("metadata" in members && {
        metadata: Object.keys(Object(Reflect.get(account, "metadata"))).join(", "),
      }),
    }),
  };
}

/** Objects of an account with these members, of which those that are secret are never shown. */
export function subObjectsOf<All extends Members>(
  members: All,
  { initial, text }: Parts<RecordOf<All>> = {},
): DeclaredSubObject<All> {
  const secrets: readonly string[] = namesWith(members, "secret");
  return {
    schema: schemaOf(members),
    whole: (given, making) => newRecord(members, making, given),
    ...(initial && {
      initial: (making) => Array.from({ length: initial }, () => newRecord(members, making)),
    }),
    ...(text && { text }),
    wire: wireOf(members),
    view: (stored) => {
      const shown = Object.entries(stored).filter(([name]) => !secrets.includes(name));
      return Object.fromEntries(shown) as Shown<All>;
    },
  };
}

function textOf(record: object, name: string): string {
  return String(Reflect.get(record, name) ?? "");
}
