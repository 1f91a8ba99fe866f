import { z } from "zod";

/** How a switch can be told of the real vendor: with a key alone, with scratch accounts, or not. */
export type Mark = "key" | "scratch" | { readonly notObservable: string };

/** One behaviour of a stand-in that its vendor's documentation leaves open. Its doc comment is its row in docs/emulator.md. */
export interface Switch<Value, Unset = never> {
  /** Of its values in a file; undefined for a function, which a file cannot have. */
  readonly schema: z.ZodType<Value> | undefined;
  readonly default: Value | Unset;
  readonly mark: Mark;
}

/** Switches by name. */
export type Declared = Readonly<Record<string, Switch<unknown, unknown>>>;

/** The values of declared switches; those without a default may be left out. */
export type SwitchesOf<All> = {
  -readonly [Name in keyof All as IsSet<All[Name], Name>]: ValueOf<All[Name]>;
} & {
  -readonly [Name in keyof All as IsSet<All[Name], never, Name>]?: ValueOf<All[Name]> | undefined;
};

type IsSet<Each, Yes, No = never> = Each extends Switch<infer _, never> ? Yes : No;
type ValueOf<Each> = Each extends Switch<infer Value, infer _> ? Value : never;

/** Declares a switch. */
export function define<Value>(schema: z.ZodType<Value>, initial: NoInfer<Value>, mark: Mark): Switch<Value> {
  return { schema, default: initial, mark };
}

/** Declares a switch that is off unless it has a value. */
export function defineOptional<Value>(
  schema: z.ZodType<Value> | undefined,
  mark: Mark,
): Switch<Value, undefined> {
  return { schema, default: undefined, mark };
}

/** Marks a switch that no run can tell, and says why. */
export const never = (notObservable: string): Mark => ({ notObservable });

/** The switches as they are at the start. */
export function defaultsOf(declared: Declared): object {
  const set = Object.entries(declared).filter(([, each]) => each.default !== undefined);
  return structuredClone(Object.fromEntries(set.map(([name, each]) => [name, each.default])));
}

/** The schema of switches in a file. */
export function switchSchema(declared: Declared) {
  const shape = Object.entries(declared).flatMap(([name, { schema }]) => (schema ? [[name, schema]] : []));
  return z.strictObject(Object.fromEntries(shape) as Record<string, z.ZodType>).partial();
}

export const flag = z.boolean();
export const count = z.int().min(0);
export const text = z.string().min(1);
/** The order of a listing: by creation, or by none that a client can tell. */
export const listOrder = z.literal(["newest", "oldest", "unordered"]);
