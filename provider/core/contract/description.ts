import { z } from "zod";
import type { FieldFacts } from "./manifest";

/**
 * One argument of a resource, as plain data: its check, its class, its pages, its JSON Schema and the tables of the
 * documentation are made of it. The facts are of a field that the vendor keeps; other arguments (`adopt`) have none.
 */
export interface Field<Schema extends z.ZodType = z.ZodType> extends Partial<FieldFacts> {
  /** Its description is the rule that a message gives. */
  readonly schema: Schema;
  /** Meaning, in sentences. Unit, default and the meaning of absent, `null` and 0 stand in the facts and are not repeated. */
  readonly doc: string;
  /** Value of an argument that is not declared. */
  readonly default?: string | boolean;
  /** Secret, whatever the program says. */
  readonly secret?: true;
  /** Effect of a change, where the facts do not say it. */
  readonly change?: string;
  /** The shapes that an argument which is an object may have; each is an interface of its own. */
  readonly shapes?: readonly Shape[];
}

/** The shape of an argument that is an object. */
export interface Shape {
  /** Name of its interface. */
  readonly name: string;
  readonly doc: string;
  readonly keys: Fields;
}

export type Fields = Readonly<Record<string, Field>>;

/** An output of a resource beside its arguments. */
export interface Output {
  /** TypeScript type, without `pulumi.Output`. */
  readonly type: string;
  readonly doc: string;
  readonly secret?: true;
}

/** The gentlest stop of an account that can be taken back, for a customer who does not pay. */
export interface Stop {
  /** The fields that stop it, by path, and the value of each. They replace declared values alone. */
  readonly values: Readonly<Record<string, string | number>>;
  /** Further fields that are set where the account declares them. */
  readonly ifDeclared?: Readonly<Record<string, number>>;
  /** What stops at once. */
  readonly stops: string;
  /** What goes on. */
  readonly goesOn: string;
  /** What becomes of the account's keys. */
  readonly keys: string;
}

/** The one description of a resource, from which `npm run generate` makes all that says the same elsewhere. */
export interface Description<Args extends Fields = Fields> {
  readonly doc: string;
  /** What is said of the arguments together. */
  readonly argsDoc: string;
  /** The vendor's page. */
  readonly page: string;
  /** A program, without its import of this package; of an object within an account it is made of `sample`. */
  readonly example?: string;
  /** A value of each argument but `subAccountId` and `connection`. */
  readonly sample?: Readonly<Record<string, unknown>>;
  readonly args: Args;
  /** What the tier that `subaccounts init` writes fixes of an account: a limit or two, and what has no default. */
  readonly sampleTier?: Readonly<Record<string, unknown>>;
  /** Sets of which an account declares the fields of one: the name of the interface of each, and what it is. */
  readonly sets?: Readonly<Record<string, { readonly name: string; readonly doc: string }>>;
  readonly outputs: Readonly<Record<string, Output>>;
  /** The stop of an account. */
  readonly stop?: Stop;
}

/** The object schema of some fields. */
export type SchemaOf<Args extends Fields> = z.ZodObject<
  { readonly [Name in keyof Args]: Args[Name]["schema"] },
  z.core.$strict
>;

/** Makes the strict object schema of fields. */
export function objectOf<Args extends Fields>(fields: Args): SchemaOf<Args> {
  const shape = Object.fromEntries(Object.entries(fields).map(([name, { schema }]) => [name, schema]));
  return z.strictObject(shape) as unknown as SchemaOf<Args>;
}

/** Reads off a description what a handler works with. */
export function described<Args extends Fields>(description: Description<Args>) {
  const args = Object.entries(description.args);
  const secretsOf = (entries: readonly (readonly [string, { secret?: true }])[]) =>
    entries.filter(([, { secret }]) => secret).map(([name]) => name);
  return {
    description,
    args: objectOf(description.args),
    fields: factsOf(description.args),
    defaults: Object.fromEntries(
      args.flatMap(([name, { default: value }]) => (value === undefined ? [] : [[name, value]])),
    ),
    secrets: [...secretsOf(Object.entries(description.outputs)), ...secretsOf(args)],
    stop: description.stop,
  };
}

/** The facts of the fields of an account, and of the keys of keyed ones by their path; `metadata` is handled apart. */
function factsOf(args: Fields): Readonly<Record<string, FieldFacts>> {
  const facts: Record<string, FieldFacts> = {};
  for (const [name, field] of Object.entries(args)) {
    if (name !== "metadata" && hasFacts(field)) facts[name] = field;
    for (const { keys } of field.shapes ?? []) {
      for (const [key, inner] of Object.entries(keys)) {
        if (hasFacts(inner)) facts[`${name}.${key}`] = inner;
      }
    }
  }
  return facts;
}

function hasFacts(field: Field): field is Field & FieldFacts {
  return field.readable !== undefined;
}
