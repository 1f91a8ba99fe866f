import fc from "fast-check";
import { describe, it } from "vitest";
import type { Fault } from "../../emulator";
import { Stack } from "../support/stack";
import { settle } from "./model/advice";
import { models, switches } from "./model/vendors";
import { ACCOUNTS, type AccountSlot, type Event, KEYS, type Slot, type Vendors, World } from "./model/world";

/**
 * Stories: random programs and random events over several operations, against a model of what must hold.
 *
 * `STORIES=5000` runs that many of each kind, from a random seed; `STORY_SEED` and `STORY_PATH` repeat one that failed.
 */
const RUNS = Number(process.env["STORIES"] ?? 30);
const seed = Number(process.env["STORY_SEED"] || (process.env["STORIES"] ? Date.now() : 1));
const path = process.env["STORY_PATH"] || undefined;

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
const kill = fc.option(fc.nat(8), { nil: undefined, freq: 4 });
const trouble = fc.oneof({ weight: 2, arbitrary: fc.constant({ faults: [] }) }, fc.record({ faults, kill }));
const replace = fc.oneof(
  { weight: 3, arbitrary: fc.constant([]) },
  fc.array(slot, { minLength: 1, maxLength: 2 }),
);
const up: fc.Arbitrary<Event> = fc
  .tuple(trouble, replace)
  .map(([trouble, replace]) => ({ do: "up", replace, ...trouble }));

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
    [2, fc.oneof(...drift)],
    [3, fc.record({ do: fc.constantFrom("end", "vanish", "stranger"), slot: account })],
    [3, fc.record({ do: fc.constantFrom("use", "revoke"), slot })],
    [2, fc.record({ do: always("remove"), slot })],
    [2, fc.record({ do: always("rename"), slot: account, to: names, alias: fc.boolean() })],
    [1, fc.record({ do: fc.constantFrom("forget aliases", "adopt"), slot: account })],
    [2, fc.record({ do: always("wait"), hours: fc.constantFrom(1, 25, 31 * 24) })],
  ];
  return fc.oneof(
    { withCrossShrink: true },
    ...choices.map(([weight, arbitrary]) => ({ weight, arbitrary })),
  );
}

/** A program, its first `up`, and what happens until everything is settled. */
function storyOf(vendors: Vendors): fc.Arbitrary<Event[]> {
  const start = fc.array(declarationOf(vendors), { minLength: 1, maxLength: 4 });
  return fc
    .tuple(start, up, fc.array(eventOf(vendors), { maxLength: 12, size: "max" }))
    .map(([start, up, events]) => [...start, up, ...events.filter((event) => event.do !== "nothing")]);
}

/** A generator whose ids and keys are the same in every run. */
function sameNumbers(): () => number {
  let state = 1;
  // mulberry32
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const PROGRAMS: Record<string, Vendors> = {
  Zavu: { a: "zavu", b: "zavu", c: "zavu" },
  bctrl: { a: "bctrl", b: "bctrl", c: "bctrl" },
  Bolna: { a: "bolna", b: "bolna", c: "bolna" },
  "three vendors": { a: "zavu", b: "bctrl", c: "bolna" },
};

describe("whatever happens, no customer, key or limit is lost", () => {
  it.each(Object.entries(PROGRAMS))(
    "in a program of %s",
    async (_name, vendors) => {
      await fc.assert(
        fc.asyncProperty(switches, storyOf(vendors), async (behaviour, events) => {
          const stack = await Stack.open({ ...behaviour, random: sameNumbers() });
          try {
            const world = new World(stack, vendors);
            for (const each of events) await world.happens(each);
            await settle(world);
          } finally {
            await stack.close();
          }
        }),
        { numRuns: RUNS, seed, ...(path ? { path } : {}), endOnFailure: false },
      );
    },
    24 * 3_600_000,
  );
});
