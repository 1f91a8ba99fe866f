import { z } from "zod";
import type { HandField } from "./hand-fields";
import type { Making } from "./vendor";

/** Types of members of records that several vendors share. */
export const id = z.string().min(1);
export const whole = z.int().min(0);
export const dateTime = z.iso.datetime({ offset: true });
export const metadata = z.record(z.string(), z.unknown());

/** Facts of a member. */
interface MemberFacts {
  /** Files must name it; all others are as in a new record where a file leaves them out. */
  readonly required?: true;
  /** No view has it. */
  readonly secret?: true;
  /** Its name in requests and replies, or null for one that is in neither. Default: its own. */
  readonly wire?: string | null;
  /** Its form in replies. Default: as it is stored. */
  readonly shown?: (value: never) => unknown;
  /** Its name on the page, with the unit, where a person can change it; `kind` is `text` by default. */
  readonly label?: string;
  readonly kind?: HandField["kind"];
  /** The word for "not set". */
  readonly unset?: string;
}

/** One member of a record. */
export interface Member<Schema extends z.ZodType = z.ZodType> extends MemberFacts {
  /** As it is stored. */
  readonly schema: Schema;
  /** Its value in a new record. `before` has what is given, and the members before it. */
  fresh(making: Making<never>, before: Readonly<Record<string, unknown>>): z.infer<Schema>;
}

/** The members of a record by name, in order. */
export type Members = Readonly<Record<string, Member>>;

/** A record of these members. */
export type RecordOf<All> = {
  [Name in keyof All]: All[Name] extends Member<infer Schema> ? z.infer<Schema> : never;
};

/** Declares a member: its type, its value in a new record or what makes it, and what else is said of it. */
export function member<
  Schema extends z.ZodType,
  Switches = object,
  const Facts extends MemberFacts = Record<never, never>,
>(
  schema: Schema,
  fresh:
    | z.infer<Schema>
    | ((making: Making<Switches>, before: Readonly<Record<string, unknown>>) => z.infer<Schema>),
  facts?: Facts,
): Member<Schema> & Facts {
  const make = typeof fresh === "function" ? fresh : () => structuredClone(fresh);
  return { ...facts, schema, fresh: make } as unknown as Member<Schema> & Facts;
}

/** A new record with these members; those of `given` are as they are. */
export function newRecord<All extends Members>(
  members: All,
  making: Making<object>,
  given: Partial<RecordOf<All>> = {},
): RecordOf<All> {
  const made: Record<string, unknown> = { ...given };
  for (const [name, { fresh }] of Object.entries(members)) {
    if (made[name] === undefined) made[name] = fresh(making as Making<never>, made);
  }
  const ordered = Object.keys(members).map((name) => [name, made[name]]);
  return Object.fromEntries(ordered) as RecordOf<All>;
}
