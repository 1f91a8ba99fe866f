import fc from "fast-check";
import { describe, it } from "vitest";
import type { EmulatorOptions } from "../../emulator";
import { vendors } from "../../provider/vendors";
import { Stack } from "../support/stack";
import { subjectOf, VENDORS } from "../vendors/index.mts";
import { settle } from "./model/advice";
import { crowdStoryOf, type Event, storyOf, type Vendors } from "./model/story";
import { switchesOf } from "./model/vendors";
import { World } from "./model/world";

/**
 * Stories: random programs and random events over several operations, against a model of what must hold.
 *
 * `STORIES=5000` runs that many of each kind, from a random seed; `STORY_SEED` and `STORY_PATH` repeat one that failed.
 */
const RUNS = Number(process.env["STORIES"] || 60);
const seed = Number(process.env["STORY_SEED"] || (process.env["STORIES"] ? Date.now() : 1));
const path = process.env["STORY_PATH"] || undefined;

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
  ...Object.fromEntries(
    VENDORS.map((vendor) => [vendors[vendor].vendor.title, { a: vendor, b: vendor, c: vendor }]),
  ),
  "three vendors": { a: "zavu", b: "bctrl", c: "bolna" },
};

const { "three vendors": _, ...CROWDS } = PROGRAMS;

const KEYS = /api-keys$/;

const DAY_MS = 24 * 3_600_000;

async function tell(vendors: Vendors, behaviour: EmulatorOptions, events: readonly Event[]): Promise<void> {
  const stack = await Stack.open({ ...behaviour, random: sameNumbers() });
  try {
    const world = new World(stack, vendors);
    for (const each of events) await world.happens(each);
    await settle(world);
  } finally {
    await stack.close();
  }
}

/** Reads of 25 accounts take 13 pages. */
function inPagesOfTwo(behaviour: EmulatorOptions): EmulatorOptions {
  const pages = VENDORS.map((vendor) => {
    const { pagesOf = (pageSize: number) => ({ pageSize }) } = subjectOf(vendor);
    return [vendor, { ...behaviour[vendor], ...pagesOf(2) }];
  });
  return Object.fromEntries(pages);
}

const options = { seed, ...(path ? { path } : {}), endOnFailure: false };

describe("whatever happens, no customer, key or limit is lost", () => {
  it.each(Object.entries(PROGRAMS))(
    "in a program of %s",
    async (_name, vendors) => {
      await fc.assert(
        fc.asyncProperty(switchesOf(Object.values(vendors)), storyOf(vendors), (behaviour, events) =>
          tell(vendors, behaviour, events),
        ),
        { ...options, numRuns: RUNS },
      );
    },
    DAY_MS,
  );

  it.each(["zavu", "bctrl"] as const)(
    "and a state from before another customer of the same name was declared comes to an end at %s",
    (vendor) =>
      tell({ a: vendor, b: vendor, c: vendor }, {}, [
        { do: "declare", slot: "a", args: { name: "Acme" } },
        { do: "up", replace: [], faults: [], kill: 0 },
        { do: "up", replace: [], faults: [] },
        { do: "declare", slot: "b", args: { name: "Acme", externalId: "own1" } },
        { do: "up", replace: ["a"], faults: [] },
        { do: "restore", back: 2 },
      ]),
  );

  it.each(VENDORS)(
    "and a replacement by force at %s that cannot look for a second account says so, and a refresh names it",
    (vendor) => {
      const { required = {}, paths } = subjectOf(vendor);
      const list = new RegExp(`^${paths.list}$`);
      return tell({ a: vendor, b: vendor, c: vendor }, {}, [
        { do: "declare", slot: "c", args: { name: "Acme", ...required } },
        { do: "up", replace: [], faults: [] },
        {
          do: "up",
          replace: ["c"],
          faults: [
            { skip: 3, fault: { kind: "foreign", as: "html" } },
            { method: "GET", path: list, fault: { kind: "cut", keep: 0 } },
          ],
        },
      ]);
    },
  );

  it("and a key stays in the state whose list could not be read when the marker was written again", () =>
    tell({ a: "zavu", b: "zavu", c: "zavu" }, { zavu: { metadataShownIn: "single reads" } }, [
      { do: "declare", slot: "a", args: { name: "Acme" } },
      { do: "up", replace: [], faults: [] },
      { do: "lose owner" },
      { do: "up", replace: [], faults: [{ skip: 3, fault: { kind: "foreign", as: "html" } }] },
    ]));

  it("and of two customers of one name the one that is taken out is no way to the other's account", () =>
    tell({ a: "bctrl", b: "bctrl", c: "bctrl" }, {}, [
      { do: "declare", slot: "a", args: { name: "Beta" } },
      { do: "declare", slot: "b", args: { name: "Beta", externalId: "own1" } },
      { do: "declare", slot: "y", args: {} },
      { do: "up", replace: [], faults: [], kill: 4 },
      { do: "remove", slot: "a" },
    ]));

  it("and a key whose reply was lost is named beside one of its name that a killed run left", () =>
    tell({ a: "zavu", b: "zavu", c: "zavu" }, {}, [
      { do: "declare", slot: "b", args: { name: "Beta" } },
      { do: "declare", slot: "z", args: { name: "backend" } },
      { do: "up", replace: [], faults: [], kill: 4 },
      { do: "up", replace: [], faults: [{ method: "POST", path: KEYS, fault: { kind: "truncate" } }] },
    ]));

  it("and a state from before an account vanished is found out by a refresh", () =>
    tell({ a: "bctrl", b: "bctrl", c: "bctrl" }, {}, [
      { do: "declare", slot: "a", args: { name: "Acme" } },
      { do: "declare", slot: "x", args: {} },
      { do: "up", replace: [], faults: [] },
      { do: "vanish", slot: "a" },
      { do: "refresh", faults: [] },
      { do: "restore", back: 1 },
      { do: "up", replace: [], faults: [] },
    ]));

  it("and an account whose marker a killed run of a lost owner wrote is let go", () =>
    tell({ a: "zavu", b: "zavu", c: "zavu" }, {}, [
      { do: "declare", slot: "a", args: { name: "Acme" } },
      { do: "up", replace: [], faults: [] },
      { do: "lose owner" },
      { do: "up", replace: [], faults: [], lagMs: 3000, kill: 1 },
      { do: "lose owner" },
    ]));

  it("and accounts end whose removal takes the cursors of the list away", () =>
    tell({ a: "bctrl", b: "bctrl", c: "bctrl" }, { bctrl: { listWithoutStatus: "active", pageSize: 2 } }, [
      { do: "crowd", size: 22, limit: 1 },
      { do: "up", replace: [], faults: [] },
      { do: "crowd", size: 0, limit: 1 },
      { do: "up", replace: [], faults: [] },
    ]));

  it.each(Object.entries(CROWDS))(
    "among 25 accounts at %s, two to a page",
    async (_name, vendors) => {
      await fc.assert(
        fc.asyncProperty(switchesOf(Object.values(vendors)), crowdStoryOf(vendors), (behaviour, events) =>
          tell(vendors, inPagesOfTwo(behaviour), events),
        ),
        { ...options, numRuns: Math.ceil(RUNS / 20) },
      );
    },
    DAY_MS,
  );
});
