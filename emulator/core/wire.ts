import type { z } from "zod";
import type { Members, RecordOf } from "./members";

/** Records by the names that their members have in requests and replies. */
export interface Wire<All extends Members> {
  /** A record as replies show it, without what is secret or in no reply, and without what is unset where a vendor leaves that out. */
  shown(
    record: Partial<RecordOf<All>>,
    switches?: { readonly unsetReadsAs?: null | "absent" },
  ): Record<string, unknown>;
  /** A body whose members are as they are stored; those that are not sent are not there. */
  body<Body extends object>(schema: z.ZodType<Body>): z.ZodType<Partial<RecordOf<All>>>;
}

/** The two directions of `wire`. */
export function wireOf<All extends Members>(members: All): Wire<All> {
  const stored = new Map(Object.entries(members).map(([name, { wire = name }]) => [wire, name]));
  const rename = (body: object) =>
    Object.fromEntries(
      Object.entries(body).flatMap(([name, value]) =>
        value === undefined ? [] : [[stored.get(name) ?? name, value]],
      ),
    ) as Partial<RecordOf<All>>;
  return {
    shown: (record, { unsetReadsAs = null } = {}) =>
      Object.fromEntries(
        Object.entries(members).flatMap(([name, { wire = name, secret, shown = same }]) => {
          const value = Reflect.get(record, name);
          const isLeftOut = value === undefined || (value === null && unsetReadsAs === "absent");
          return wire === null || secret || isLeftOut
            ? []
            : [[wire, value === null ? null : shown(value as never)]];
        }),
      ),
    body: (schema) => schema.transform(rename),
  };
}

const same = (value: unknown) => value;
