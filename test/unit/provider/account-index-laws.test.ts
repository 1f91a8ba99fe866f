import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Snapshot } from "../../../provider/core/vendor-io/inventory";
import { type CursorKind, type Event, type Item, LAG_MS, Model } from "./account-index-model";

type Call = { readonly kind: "find"; readonly at: number } | { readonly kind: "read" | "read now" };

const rank = fc.integer({ min: 0, max: 9 });
const at = fc.nat(30);
const hiddenMs = fc.nat(LAG_MS);
const event: fc.Arbitrary<Event> = fc.oneof(
  fc.record({ kind: fc.constantFrom("create", "our create"), rank, hiddenMs }),
  fc.record({ kind: fc.constantFrom("rename", "remove"), at }),
  fc.record({ kind: fc.constantFrom("our rename", "our removal"), at, hiddenMs }),
  fc.record({ kind: fc.constantFrom("failure", "repeated cursor", "empty page", "empty page") }),
);
const call: fc.Arbitrary<Call> = fc.oneof(
  fc.record({ kind: fc.constant("find" as const), at }),
  fc.record({ kind: fc.constantFrom("read", "read now") }),
);
const story = fc.record({
  cursors: fc.constantFrom<CursorKind>("item", "row"),
  pageSize: fc.integer({ min: 1, max: 4 }),
  ranks: fc.array(rank, { maxLength: 12 }),
  events: fc.array(fc.oneof({ weight: 2, arbitrary: fc.constant([]) }, fc.array(event, { maxLength: 3 })), {
    maxLength: 40,
  }),
  /** Calls at the same time, and how long it takes until the next ones. */
  batches: fc.array(
    fc.record({ calls: fc.array(call, { minLength: 1, maxLength: 5 }), pauseMs: fc.nat(2 * LAG_MS) }),
    { minLength: 1, maxLength: 6 },
  ),
});

/** What holds for each snapshot that a read gives, as soon as it does. */
function checkSnapshot(model: Model, snapshot: Snapshot<Item>): void {
  const { startedAtMs, flaw } = snapshot;
  const ids = snapshot.all().map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  const withKey = snapshot.withKeys(["all"]);
  expect(withKey.map(({ id }) => id).sort()).toEqual(ids.sort());
  // Where cursors count rows, what another one removes makes a pass skip a row, and no client can tell.
  const isTold = model.cursors === "item" || model.removedByOthersMs.every((ms) => ms < startedAtMs);
  for (const truth of model.truths) {
    const isThere = truth.bornMs <= startedAtMs && truth.removedAtMs === undefined;
    if (!isTold) continue;
    if (flaw === undefined && isThere) expect(snapshot.get(truth.id)?.id).toBe(truth.id);
    if (!truth.isOursAlone) continue;
    const isLeft = truth.removedAtMs === undefined;
    const ours = isLeft ? { id: truth.id, name: truth.name } : undefined;
    expect(snapshot.get(truth.id)).toEqual(ours);
    expect(model.index.peek(truth.id)).toEqual(ours);
    for (const found of [
      snapshot.withKeys([`name ${truth.name}`]),
      model.index.seen([`name ${truth.name}`]),
    ]) {
      expect(found).toEqual(ours ? [ours] : []);
    }
  }
}

async function run(model: Model, { kind, ...more }: Call): Promise<void> {
  if ("at" in more) {
    const id = `t${more.at}`;
    const item = await model.index.find(id);
    expect([undefined, id]).toContain(item?.id);
    return;
  }
  const notBeforeMs = kind === "read now" ? model.nowMs : undefined;
  const snapshot = await model.index.read(notBeforeMs);
  expect(snapshot.startedAtMs).toBeGreaterThanOrEqual(notBeforeMs ?? 0);
  checkSnapshot(model, snapshot);
}

describe("an account index", () => {
  it("has no item twice, misses none without saying so, shows our writes and asks for few pages, whatever happens", async () => {
    await fc.assert(
      fc.asyncProperty(story, async ({ batches, ...vendor }) => {
        const model = new Model(vendor);
        for (const { calls, pauseMs } of batches) {
          const { pages, firstPages, failures, ourRemovals } = model;
          const outcomes = await Promise.allSettled(calls.map((each) => run(model, each)));
          for (const outcome of outcomes) {
            if (outcome.status === "rejected" && model.failures === failures) throw outcome.reason;
            if (outcome.status === "rejected") expect(String(outcome.reason)).toMatch("vendor is down");
          }
          // Calls at the same time share one new pass, and a second after a removal; without reads, each pays for one page.
          const hasRemovals = model.ourRemovals > ourRemovals;
          expect(model.firstPages - firstPages).toBeLessThanOrEqual(hasRemovals ? 2 : 1);
          if (calls.every(({ kind }) => kind === "find")) {
            expect(model.pages - pages).toBeLessThanOrEqual(calls.length);
          }
          await model.settle();
          model.nowMs += pauseMs;
        }
        model.events = [];
        const snapshot = await model.index.read();
        expect(snapshot.flaw).toBeUndefined();
        checkSnapshot(model, snapshot);
      }),
      { numRuns: 1_000 },
    );
  });
});
