import fc from "fast-check";
import type { Fault, FaultRule, VendorName } from "../../../emulator";
import type { Values } from "../../../provider/core/contract/resource";
import { subjectOf, VENDORS } from "../../vendors/index.mts";
import { models } from "./vendors";

/** Places of a program: three accounts, and keys of the first two. */
export const ACCOUNTS = ["a", "b", "c"] as const;
export const KEYS = { x: "a", y: "a", z: "b" } as const;
export type AccountSlot = (typeof ACCOUNTS)[number];
export type Slot = AccountSlot | keyof typeof KEYS;

/** What can go wrong in one operation. */
export interface Trouble {
  readonly faults: readonly FaultRule[];
  /** The process is killed after so many calls. */
  readonly kill?: number | undefined;
  /** The vendors' reads lag behind writes by so many milliseconds. */
  readonly lagMs?: number | undefined;
  /** After so many reads of an account, one is answered with another account. */
  readonly confuse?: number | undefined;
  /** The keys are those of another organization. */
  readonly isOtherKey?: boolean;
  /** The faults are replies that look well and are not true: what comes of that shows when the vendor is well again. */
  readonly isLying?: boolean;
}

/** Something that happens. */
export type Event =
  | { readonly do: "nothing" }
  | { readonly do: "declare"; readonly slot: Slot; readonly args: Values }
  | { readonly do: "remove"; readonly slot: Slot }
  | { readonly do: "rename"; readonly slot: AccountSlot; readonly to: string; readonly alias: boolean }
  | { readonly do: "forget aliases"; readonly slot: AccountSlot }
  | { readonly do: "adopt"; readonly slot: AccountSlot }
  | { readonly do: "drift"; readonly slot: AccountSlot; readonly change: object }
  | { readonly do: "end" | "vanish" | "stranger"; readonly slot: AccountSlot }
  | { readonly do: "use" | "revoke"; readonly slot: Slot }
  | { readonly do: "wait"; readonly hours: number }
  | { readonly do: "restore"; readonly back: number }
  | { readonly do: "lose owner" }
  /** So many of the crowd are declared, with this limit. */
  | { readonly do: "crowd"; readonly size: number; readonly limit: number }
  /** So many of the crowd's accounts are removed at the vendor. */
  | { readonly do: "crowd vanishes"; readonly size: number }
  | ({ readonly do: "up"; readonly replace: readonly Slot[]; readonly continueOnError?: boolean } & Trouble)
  | ({ readonly do: "refresh" } & Trouble);

/** The vendors of the three accounts. */
export type Vendors = Readonly<Record<AccountSlot, VendorName>>;

const KEY_SLOTS = Object.keys(KEYS) as (keyof typeof KEYS)[];
// Most of what happens meets the same few resources.
const account = fc.constantFrom<AccountSlot[]>("a", "a", "a", "b", "b", "c");
const slot = fc.oneof({ weight: 2, arbitrary: account }, fc.constantFrom<Slot[]>("x", "x", "y", "z"));

const always = <const T extends string>(word: T) => fc.constant(word);
const when = fc.constantFrom("before", "after");
const fault: fc.Arbitrary<Fault> = fc.oneof(
  fc.record({ kind: always("drop"), when }),
  fc.record({ kind: always("status"), when, status: fc.constantFrom(408, 500, 503) }),
  fc.record({
    kind: always("status"),
    when: always("before"),
    status: fc.constantFrom(400, 401, 403, 409, 422),
  }),
  fc.record({
    kind: always("status"),
    when,
    status: fc.constant(429),
    headers: fc.constantFrom({}, { "retry-after": "2" }),
  }),
  fc.record({ kind: always("garbage"), when }),
  fc.record({ kind: always("truncate") }),
  fc.record({ kind: always("lag"), reads: fc.constantFrom(1, 2) }),
);
const faults = fc.array(fc.record({ skip: fc.nat(8), times: fc.constantFrom(1, 1, 2, 9), fault }), {
  maxLength: 2,
});
/** A create whose effect comes after the reply was lost: within the time that it is read back in, or later. */
const late = fc.record({
  method: always("POST"),
  skip: fc.nat(3),
  fault: fc.record({
    kind: always("drop"),
    when: fc.record({ lateMs: fc.constantFrom(1_000, 4_000, 25_000, 45_000, 600_000) }),
  }),
});
const LISTINGS = new RegExp(`^(${VENDORS.map((vendor) => subjectOf(vendor).paths.list).join("|")})$`);
/** Replies that others than the vendor give, and listings that are cut, by a vendor or a cache. */
const lie: fc.Arbitrary<FaultRule> = fc.oneof(
  fc.record({
    skip: fc.nat(8),
    times: fc.constantFrom(1, 1, 3),
    fault: fc.record({
      kind: always("foreign"),
      as: fc.constantFrom("html", "no route", "not found", "code"),
    }),
  }),
  fc.record({
    method: always("GET"),
    path: fc.constant(LISTINGS),
    skip: fc.nat(4),
    fault: fc.record({ kind: always("cut"), keep: fc.constantFrom(0, 0, 1) }),
  }),
);
const kill = fc.option(fc.nat(8), { nil: undefined, freq: 4 });
const trouble: fc.Arbitrary<Trouble> = fc.oneof(
  { weight: 6, arbitrary: fc.constant({ faults: [] }) },
  { weight: 6, arbitrary: fc.record({ faults, kill }) },
  {
    weight: 2,
    arbitrary: fc.record({
      faults: fc.array(fc.record({ skip: fc.nat(8), fault }), { maxLength: 1 }),
      lagMs: fc.constantFrom(3_000, 8_000, 25_000),
      kill,
    }),
  },
  { weight: 1, arbitrary: fc.record({ faults: fc.array(late, { minLength: 1, maxLength: 1 }), kill }) },
  { weight: 1, arbitrary: fc.record({ faults: fc.array(lie, { minLength: 1, maxLength: 2 }) }) },
  { weight: 1, arbitrary: fc.record({ faults: fc.constant([]), confuse: fc.nat(3) }) },
  { weight: 1, arbitrary: fc.record({ faults: fc.constant([]), isOtherKey: fc.constant(true) }) },
);
const replace = fc.oneof(
  { weight: 3, arbitrary: fc.constant([]) },
  fc.array(slot, { minLength: 1, maxLength: 2 }),
);
const up: fc.Arbitrary<Event> = fc
  .tuple(trouble, replace, fc.boolean())
  .map(([trouble, replace, continueOnError]) => ({ do: "up", replace, continueOnError, ...trouble }));

/** A declaration of an account or, less often, of a key. */
function declarationOf(vendors: Vendors): fc.Arbitrary<Event> {
  const accounts = ACCOUNTS.map((slot) => ({ slot, args: models[vendors[slot]].args }));
  const keys = KEY_SLOTS.map((slot) => ({ slot, args: models[vendors[KEYS[slot]]].keyArgs }));
  return fc.oneof(
    ...[...accounts, ...keys].map(({ slot, args }) => ({
      weight: { a: 4, b: 3, c: 1, x: 3, y: 1, z: 1 }[slot],
      arbitrary: fc.record({ do: always("declare"), slot: fc.constant(slot), args }),
    })),
  );
}

/** What can happen in a program of these vendors. */
function eventOf(vendors: Vendors): fc.Arbitrary<Event> {
  const drift = ACCOUNTS.map((slot) => {
    return fc.record({ do: always("drift"), slot: fc.constant(slot), change: models[vendors[slot]].drift });
  });
  const names = fc.constantFrom("a0", "b0", "n");
  const choices: [number, fc.Arbitrary<Event>][] = [
    // What shrinking makes of an event that does not matter.
    [1, fc.record({ do: always("nothing") })],
    [12, up],
    [8, declarationOf(vendors)],
    [2, trouble.map((trouble) => ({ do: "refresh", ...trouble }))],
    [3, fc.oneof(...drift)],
    [3, fc.record({ do: fc.constantFrom("end", "vanish", "stranger"), slot: account })],
    [3, fc.record({ do: fc.constantFrom("use", "revoke"), slot })],
    [2, fc.record({ do: always("remove"), slot })],
    [2, fc.record({ do: always("rename"), slot: account, to: names, alias: fc.boolean() })],
    [1, fc.record({ do: fc.constantFrom("forget aliases", "adopt"), slot: account })],
    [1, fc.record({ do: always("restore"), back: fc.integer({ min: 1, max: 4 }) })],
    [1, fc.record({ do: always("lose owner") })],
    [2, fc.record({ do: always("wait"), hours: fc.constantFrom(1, 25, 31 * 24) })],
  ];
  return fc.oneof(
    { withCrossShrink: true },
    ...choices.map(([weight, arbitrary]) => ({ weight, arbitrary })),
  );
}

/** A program of 25 accounts, of which three are places, and a few events. */
export function crowdStoryOf(vendors: Vendors): fc.Arbitrary<Event[]> {
  const size = fc.constantFrom(22, 22, 20, 12, 0);
  const ofCrowd: fc.Arbitrary<Event> = fc.oneof(
    { weight: 2, arbitrary: fc.record({ do: always("crowd"), size, limit: fc.constantFrom(1, 2) }) },
    { weight: 1, arbitrary: fc.record({ do: always("crowd vanishes"), size: fc.constantFrom(1, 3, 4, 22) }) },
  );
  const first = fc.record({ do: always("crowd"), size: fc.constant(22), limit: fc.constant(1) });
  const start = fc.array(declarationOf(vendors), { minLength: 1, maxLength: 3 });
  const events = fc.array(fc.oneof({ weight: 2, arbitrary: eventOf(vendors) }, ofCrowd), { maxLength: 4 });
  return fc
    .tuple(first, start, up, events, up)
    .map(([first, start, up, events, last]) => [first, ...start, up, ...events, last]);
}

/** A program, its first `up`, and what happens until everything is settled. */
export function storyOf(vendors: Vendors): fc.Arbitrary<Event[]> {
  const start = fc.array(declarationOf(vendors), { minLength: 1, maxLength: 4 });
  return fc
    .tuple(start, up, fc.array(eventOf(vendors), { maxLength: 12, size: "max" }))
    .map(([start, up, events]) => [...start, up, ...events.filter((event) => event.do !== "nothing")]);
}
