import fc from "fast-check";
import { describe, it } from "vitest";
import type { Fault } from "../../emulator";
import { Stack } from "../support/stack";
import { settle } from "./model/advice";
import { models, switches } from "./model/vendors";
import { ACCOUNTS, type Event, KEYS, type Vendors, World } from "./model/world";

/**
 * Stories: random programs and random events over several operations, against a model of what must hold.
 *
 * `STORIES=5000` runs that many of each kind, from a random seed; `STORY_SEED` and `STORY_PATH` repeat one that failed.
 */
const RUNS = Number(process.env["STORIES"] ?? 30);
const seed = Number(process.env["STORY_SEED"] || (process.env["STORIES"] ? Date.now() : 1));
const path = process.env["STORY_PATH"] || undefined;

const KEY_SLOTS = Object.keys(KEYS) as (keyof typeof KEYS)[];
const account = fc.constantFrom(...ACCOUNTS);
const slot = fc.oneof({ weight: 3, arbitrary: account }, fc.constantFrom(...KEY_SLOTS));

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
const kill = fc.option(fc.integer({ min: 1, max: 8 }), { nil: undefined, freq: 4 });
const trouble = fc.oneof({ weight: 2, arbitrary: fc.constant({ faults: [] }) }, fc.record({ faults, kill }));

/** What can happen in a program of these vendors. */
function eventOf(vendors: Vendors): fc.Arbitrary<Event> {
  const accounts = ACCOUNTS.map((slot) => ({ slot: fc.constant(slot), model: models[vendors[slot]] }));
  const keys = KEY_SLOTS.map((slot) => ({ slot: fc.constant(slot), model: models[vendors[KEYS[slot]]] }));
  const replace = fc.oneof({ weight: 4, arbitrary: fc.constant([]) }, fc.uniqueArray(slot, { maxLength: 2 }));
  const choices: [number, fc.Arbitrary<Event>][] = [
    [8, fc.tuple(trouble, replace).map(([trouble, replace]) => ({ do: "up", replace, ...trouble }))],
    [
      5,
      fc.oneof(
        ...accounts.map(({ slot, model: { args } }) => fc.record({ do: always("declare"), slot, args })),
      ),
    ],
    [
      2,
      fc.oneof(
        ...keys.map(({ slot, model }) => fc.record({ do: always("declare"), slot, args: model.keyArgs })),
      ),
    ],
    [2, trouble.map((trouble) => ({ do: "refresh", ...trouble }))],
    [
      2,
      fc.oneof(
        ...accounts.map(({ slot, model }) => fc.record({ do: always("drift"), slot, change: model.drift })),
      ),
    ],
    [2, fc.record({ do: fc.constantFrom("end", "vanish", "stranger"), slot: account })],
    [2, fc.record({ do: fc.constantFrom("use", "revoke"), slot })],
    [1, fc.record({ do: always("remove"), slot })],
    [
      1,
      fc.record({
        do: always("rename"),
        slot: account,
        to: fc.constantFrom("a0", "b0", "n"),
        alias: fc.boolean(),
      }),
    ],
    [1, fc.record({ do: fc.constantFrom("forget aliases", "adopt"), slot: account })],
    [1, fc.record({ do: always("wait"), hours: fc.constantFrom(1, 25) })],
  ];
  return fc.oneof(
    { withCrossShrink: true },
    { weight: 1, arbitrary: fc.record({ do: always("nothing") }) },
    ...choices.map(([weight, arbitrary]) => ({ weight, arbitrary })),
  );
}

/** What happens before everything is settled; what shrinking makes of an event that does not matter is left out. */
function storyOf(vendors: Vendors): fc.Arbitrary<Event[]> {
  return fc
    .array(eventOf(vendors), { minLength: 1, maxLength: 14 })
    .map((events) => events.filter((event) => event.do !== "nothing"));
}

/** A generator whose ids and keys are the same in every run. */
function sameNumbers(): () => number {
  let state = 1;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    return state / 2 ** 31;
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
