import { isDeepStrictEqual } from "node:util";
import { MismatchError } from "../base/errors";
import type { Fields } from "../contract/description";
import type { Values } from "../contract/resource";
import type { NestedObject } from "./nested";

/** How the fields of a kind of object are compared with what is declared. */
export interface Compared {
  /** The vendor's name as people write it. */
  readonly title: string;
  readonly noun: string;
  readonly fields: Fields;
  /** The form of a field's value in which two that mean the same are equal, by the name of the argument. */
  readonly normal: Readonly<Record<string, (value: unknown) => unknown>>;
}

/** A value of a field in the form in which two that mean the same are equal. */
export function normalOf({ normal }: Compared, name: string, value: unknown): unknown {
  return value === undefined || value === null ? null : (normal[name]?.(value) ?? value);
}

/** The fields that a create call sets. */
export function fieldsToCreate({ fields }: Compared, wanted: Values): Values {
  const declared = Object.keys(fields).map((name) => [name, wanted[name] ?? null] as const);
  return Object.fromEntries(declared.filter(([, value]) => value !== null));
}

/**
 * The fields to send so that an object becomes what is declared: each declared one with another value, and null for each
 * that was declared before and is not any more. Of one that the vendor does not show, the state says what it is.
 */
export function changeOf(compared: Compared, has: NestedObject, before: Values, wanted: Values): Values {
  const change: Record<string, unknown> = {};
  for (const name of Object.keys(compared.fields)) {
    const [then, now] = [before[name], wanted[name]];
    if (then === undefined && now === undefined) continue;
    if (!isEqual(compared, name, isShown(compared, name) ? has.fields[name] : then, now)) {
      change[name] = now ?? null;
    }
  }
  return change;
}

/** The arguments that a state has: as declared, but for what the vendor has otherwise. */
export function argumentsOf(compared: Compared, has: NestedObject, before: Values, wanted: Values): Values {
  const other = changeOf(compared, has, before, wanted);
  const names = Object.keys(compared.fields);
  return Object.fromEntries(
    names.map((name) => {
      const isOther = isShown(compared, name) && Object.hasOwn(other, name);
      return [name, isOther ? (has.fields[name] ?? undefined) : wanted[name]];
    }),
  );
}

/** @throws MismatchError where the vendor refused nothing and has another value than is declared */
export function refuseMismatch(compared: Compared, has: NestedObject, before: Values, wanted: Values): void {
  const wrong = Object.keys(changeOf(compared, has, before, wanted)).filter((name) =>
    isShown(compared, name),
  );
  if (wrong.length === 0) return;
  const { title, noun } = compared;
  throw new MismatchError(
    `${title} refused nothing, and has another value than the declared one in ${wrong.join(" and ")} of the ${noun} ${has.id}. ` +
      "Declare what the vendor can hold, or ask the vendor",
  );
}

function isEqual(compared: Compared, name: string, one: unknown, other: unknown): boolean {
  return isDeepStrictEqual(normalOf(compared, name, one), normalOf(compared, name, other));
}

function isShown({ fields }: Compared, name: string): boolean {
  return fields[name]?.readable ?? true;
}
