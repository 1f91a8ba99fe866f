import { describe, expect, it } from "vitest";
import { ApiError } from "../../../provider/core/base/errors";
import { AccountIndex, type AccountIndexOptions } from "../../../provider/core/vendor-io/account-index";

interface Item {
  readonly id: string;
  readonly name: string;
}

const LAG_MS = 1_000;
const each = (count: number) => Array.from({ length: count }, (_, index) => index);

/** A vendor that lists in pages; tests change its items, its clock and what happens as a page is read. */
function vendor(count: number, pageSize: number, more: Partial<AccountIndexOptions<Item>> = {}) {
  const items: Item[] = each(count).map((index) => ({ id: `id${index}`, name: `name${index}` }));
  const now = { ms: 0, calls: 0, onPage: async () => {} };
  const index = new AccountIndex<Item>({
    fetchPage: async (cursor) => {
      now.calls++;
      await now.onPage();
      const start = Number(cursor ?? 0);
      const next = start + pageSize < items.length ? String(start + pageSize) : undefined;
      return { items: items.slice(start, start + pageSize), next };
    },
    idOf: ({ id }) => id,
    keysOf: ({ name }) => [name],
    nowMs: () => now.ms,
    lagMs: LAG_MS,
    ...more,
  });
  return { items, index, now };
}

/** A vendor whose list never ends: it repeats its first cursor. */
const looping = {
  fetchPage: async () => ({ items: [{ id: "id0", name: "name0" }], next: "x" }),
};

describe("finding items by id", () => {
  it("costs n calls at most n pages where the list has more than that", async () => {
    const { index, now } = vendor(5_000, 100);
    const found = await Promise.all(["id4999", "id7", "id4998"].map((id) => index.find(id)));
    expect(found.map((item) => item?.id)).toEqual([undefined, "id7", undefined]);
    expect(now.calls).toBeLessThanOrEqual(3);
  });

  it("costs a thousand calls no more pages than there are", async () => {
    const { items, index, now } = vendor(1_000, 100);
    expect(await Promise.all(items.map(({ id }) => index.find(id)))).toEqual(items);
    await index.find("nothing");
    expect(now.calls).toBe(10);
  });

  it("costs a few calls among thousands of others hardly a page", async () => {
    const { index, now } = vendor(5_000, 100, { isOurs: ({ name }) => name === "ours" });
    for (const read of each(10)) await index.find(`elsewhere${read}`);
    expect(now.calls).toBeLessThanOrEqual(3);
  });

  it("reads on where the pages are full of ours", async () => {
    const { items, index, now } = vendor(1_000, 100, { isOurs: () => true });
    for (const { id } of items.toReversed()) await index.find(id);
    expect(now.calls).toBe(10);
  });

  it("gives an item from the page of another call at the same time", async () => {
    const { index } = vendor(800, 100);
    const asked = ["id750", "id1", "id2", "id3", "id4", "id5", "id150", "id250"];
    const found = await Promise.all(asked.map((id) => index.find(id)));
    expect(found.filter((item) => item !== undefined).length).toBeGreaterThanOrEqual(7);
  });

  it("grows the list by one page a call until a complete pass has ended", async () => {
    const { index, now } = vendor(300, 100);
    expect(await Promise.all(each(4).map(() => index.grow()))).toEqual([false, false, true, true]);
    expect(await index.grow()).toBe(true);
    expect(now.calls).toBe(3);
    expect(await vendor(1, 1, looping).index.grow()).toBe(false);
  });
});

describe("a pass over the whole list", () => {
  it.each([
    [0, 1],
    [1, 1],
    [10, 1],
    [11, 2],
    [95, 10],
  ])("of %i items takes %i calls for all callers together", async (count, calls) => {
    const { items, index, now } = vendor(count, 10);
    const [snapshot] = await Promise.all([index.read(), index.read()]);
    await index.read();
    expect(snapshot?.all()).toEqual(items);
    expect(snapshot?.withKeys(["name0", "name9", "nothing"])).toEqual(
      items.filter(({ id }) => ["id0", "id9"].includes(id)),
    );
    expect(snapshot?.flaw).toBeUndefined();
    expect(now.calls).toBe(calls);
  });

  it("goes on where finding items left off", async () => {
    const { index, now } = vendor(300, 100);
    await index.find("nothing");
    await index.read();
    expect(now.calls).toBe(3);
  });

  it("is a new one, shared, for callers that need one begun at or after their time", async () => {
    const { items, index, now } = vendor(250, 100);
    await index.find("id0");
    now.ms = 10;
    now.onPage = async () => void now.ms++;
    const early = index.read();
    const late = [index.read(11), index.read(10), index.read(11)];
    items.push({ id: "late", name: "late" });
    expect((await early).startedAtMs).toBe(0);
    const snapshots = await Promise.all(late);
    for (const { startedAtMs, get } of snapshots) {
      expect(startedAtMs).toBeGreaterThanOrEqual(11);
      expect(get("late")).toBeDefined();
    }
    expect(now.calls).toBe(3 + 3);
    await index.read(11);
    expect(now.calls).toBe(3 + 3);
  });

  it("is a new one for a caller in the millisecond in which the former began", async () => {
    const { items, index } = vendor(1, 10);
    await index.read(0);
    items.push({ id: "new", name: "new" });
    expect((await index.read(0)).get("new")).toBeDefined();
  });

  it("leaves a former snapshot as it is", async () => {
    const { items, index, now } = vendor(2, 10);
    const former = await index.read();
    items.pop();
    now.ms = 1;
    const latter = await index.read(1);
    expect([former.get("id1"), former.all()]).toEqual([
      { id: "id1", name: "name1" },
      [items[0], former.get("id1")],
    ]);
    expect([latter.get("id1"), latter.all()]).toEqual([undefined, items]);
    expect(index.peek("id1")).toBeUndefined();
  });

  it("shows what was seen before until it ends", async () => {
    const { index, now } = vendor(30, 10);
    await index.find("id0");
    now.ms = 5;
    const seen: unknown[] = [];
    now.onPage = async () => void seen.push(index.peek("id0")?.id, index.seen(["name0"]).length);
    await index.read(5);
    expect(seen).toEqual(["id0", 1, "id0", 1, "id0", 1]);
  });

  it("shows at once what its pages have", async () => {
    const { items, index, now } = vendor(30, 10);
    await index.read();
    items[0] = { id: "id0", name: "renamed" };
    const seen: unknown[] = [];
    now.onPage = async () => void seen.push(index.peek("id0")?.name);
    now.ms = 1;
    await index.read(1);
    expect(seen).toEqual(["name0", "renamed", "renamed"]);
  });

  it("says why it is not complete, and is not taken for a complete one by later callers", async () => {
    const { index } = vendor(1, 1, looping);
    const [one, other] = await Promise.all([index.read(), index.read()]);
    expect(one?.flaw).toBe("repeats a cursor");
    expect(one?.get("id0")).toBeDefined();
    expect(other?.flaw).toBe("repeats a cursor");
    let asked = 0;
    const healing = vendor(1, 1, {
      fetchPage: async () => ({ items: [], next: asked++ < 2 ? "x" : undefined }),
    });
    expect((await healing.index.read()).flaw).toBeDefined();
    expect((await healing.index.read()).flaw).toBeUndefined();
  });

  it("is shared by callers that come while it is under way, also if it turns out not to be complete", async () => {
    const { index, now } = vendor(25, 10);
    const reads: Promise<{ flaw: string | undefined }>[] = [];
    now.onPage = async () => {
      reads.push(index.read());
      index.drop("id1");
    };
    const { flaw } = await index.read();
    expect((await Promise.all(reads)).map((read) => read.flaw)).toEqual([flaw, flaw, flaw]);
    expect(now.calls).toBe(3);
  });

  it("fails all that wait for it, and begins anew for the next", async () => {
    const { items, index, now } = vendor(30, 10);
    await index.find("id0");
    now.onPage = async () => {
      throw new Error("vendor is down");
    };
    const waiting = await Promise.allSettled([index.read(), index.read(0), index.find("id25"), index.grow()]);
    expect(waiting.map(({ status }) => status)).toEqual(each(4).map(() => "rejected"));
    expect(now.calls).toBe(1 + 1);
    expect(index.peek("id0")).toBeDefined();
    now.onPage = async () => {};
    expect((await index.read()).all()).toEqual(items);
    expect(now.calls).toBe(2 + 3);
  });
});

describe("our own writes", () => {
  it("lie on top of what was read, also of a pass before them", async () => {
    const { index, now } = vendor(3, 10);
    const snapshot = await index.read();
    index.put({ id: "id1", name: "renamed" });
    index.put({ id: "new", name: "new" });
    index.drop("id2");
    const ours = [
      { id: "id1", name: "renamed" },
      { id: "new", name: "new" },
    ];
    const keys = ["name1", "renamed", "new", "name2"];
    expect([snapshot.withKeys(keys), index.seen(keys)]).toEqual([ours, ours]);
    expect([snapshot.withKeys(["name1"]), index.seen(["name1"])]).toEqual([[], []]);
    expect(snapshot.all().map(({ id }) => id)).toEqual(["id0", "id1", "new"]);
    expect([snapshot.get("id2"), index.peek("id2"), await index.find("id2")]).toEqual(
      each(3).map(() => undefined),
    );
    expect([snapshot.listed("id1")?.name, snapshot.listed("id2")?.name]).toEqual(["name1", "name2"]);
    expect(snapshot.listed("new")).toBeUndefined();
    expect(now.calls).toBe(1);
  });

  it.each(["oldest first", "newest first"])(
    "are no news that would end a pass: an unknown item is found behind them, %s",
    async (order) => {
      const { items, index, now } = vendor(0, 100);
      await index.read();
      for (const made of each(1_100)) {
        const item = { id: `id${made}`, name: `name${made}` };
        index.put(item);
        items.push(item);
      }
      items.splice(order === "oldest first" ? 1_100 : 0, 0, { id: "lost", name: "lost reply" });
      if (order === "newest first") items.reverse();
      now.ms = 1;
      const { withKeys, flaw } = await index.read(1);
      expect(withKeys(["lost reply"])).toEqual([{ id: "lost", name: "lost reply" }]);
      expect(flaw).toBeUndefined();
      expect(now.calls).toBe(1 + 12);
    },
  );

  it("outweigh the page under way", async () => {
    const { index, now } = vendor(3, 10);
    now.onPage = async () => {
      now.ms += 2 * LAG_MS;
      index.put({ id: "id0", name: "new" });
    };
    expect((await index.read()).get("id0")?.name).toBe("new");
  });

  it.each([
    ["outweigh", LAG_MS, "renamed", true],
    ["give way to", LAG_MS + 1, "name0", false],
  ])("%s a page that is asked for %i ms after them", async (_what, afterMs, name, isOnTop) => {
    const { index, now } = vendor(2, 10);
    index.put({ id: "id0", name: "renamed" });
    index.put({ id: "lost", name: "lost" });
    index.drop("id1");
    now.ms = afterMs;
    const { get, flaw } = await index.read();
    expect([get("id0")?.name, index.peek("id0")?.name]).toEqual([name, name]);
    expect([get("lost") !== undefined, index.peek("lost") !== undefined]).toEqual([isOnTop, isOnTop]);
    expect([get("id1") === undefined, index.peek("id1") === undefined]).toEqual([isOnTop, isOnTop]);
    expect(flaw).toBeUndefined();
  });

  it("outweigh an absence that proves nothing, however late", async () => {
    const { index, now } = vendor(1, 1, looping);
    index.put({ id: "made", name: "made" });
    now.ms = 2 * LAG_MS;
    expect((await index.read()).get("made")).toBeDefined();
  });
});

describe("a pass that one of our own removals overlaps", () => {
  const removedWithin = "was read while this run removed accounts";

  it("proves no absence if it has several pages", async () => {
    const { index, now } = vendor(25, 10);
    now.onPage = async () => {
      if (now.calls === 2) index.drop("id1");
    };
    expect((await index.read()).flaw).toBe(removedWithin);
    expect((await index.read()).flaw).toBeUndefined();
  });

  it("proves it if the removal comes after it", async () => {
    const { index, now } = vendor(25, 10);
    await index.read();
    index.drop("id1");
    expect((await index.read()).flaw).toBeUndefined();
    expect(now.calls).toBe(3);
  });

  it("proves it if the pass is one page", async () => {
    const { index, now } = vendor(9, 10);
    now.onPage = async () => index.drop("id1");
    expect((await index.read()).flaw).toBeUndefined();
  });

  it.each(["ends well", "fails"])("counts a removal that is sent before it, and %s after it", async (end) => {
    const { index } = vendor(25, 10);
    let finish = () => {};
    const sent = new Promise<void>((resolve, reject) => {
      finish = end === "fails" ? () => reject(new Error("no reply")) : resolve;
    });
    const removed = index.removing(() => sent).catch(() => undefined);
    expect((await index.read()).flaw).toBe(removedWithin);
    finish();
    await removed;
    expect((await index.read()).flaw).toBeUndefined();
  });

  it("is begun anew, where it was read in part before the removal", async () => {
    const { index, now } = vendor(25, 10);
    await index.find("id0");
    await index.removing(async () => {});
    expect((await index.read()).flaw).toBeUndefined();
    expect(now.calls).toBe(1 + 3);
  });
});

describe("a list whose cursors name the row before them", () => {
  /** Refuses a cursor whose row is gone; tests remove rows as pages are read. */
  function naming(count: number) {
    const { items, index, now } = vendor(count, 2, {
      fetchPage: async (cursor) => {
        now.calls++;
        await now.onPage();
        const start = cursor === undefined ? 0 : items.findIndex(({ id }) => id === cursor) + 1;
        if (cursor !== undefined && start === 0)
          throw new ApiError("the vendor answered 400", "Correct the named fields", {
            status: 400,
            isVendors: true,
            isNotFound: false,
          });
        const page = items.slice(start, start + 2);
        return { items: page, next: start + 2 < items.length ? page.at(-1)?.id : undefined };
      },
    });
    return { items, index, now };
  }

  it("is read anew, and whole, when the row of the next cursor is removed", async () => {
    const { items, index, now } = naming(6);
    await index.find("id1");
    items.splice(1, 1);
    const { flaw, all } = await index.read();
    expect([flaw, all()]).toEqual([undefined, items]);
    expect(now.calls).toBe(1 + 1 + 3);
  });

  it("costs one who looks for an item no error", async () => {
    const { items, index } = naming(6);
    await index.find("id1");
    items.splice(1, 1);
    expect(await index.find("id5")).toBeUndefined();
    expect((await index.find("id0"))?.id).toBe("id0");
  });

  it("is given up where each pass loses its row, with what to do", async () => {
    const { items, index, now } = naming(30);
    now.onPage = async () => {
      if (now.calls % 2 === 0) items.splice(1, 1);
    };
    await expect(index.read()).rejects.toThrow(
      "the vendor answered 400. The list changed while it was read: run the same command again",
    );
    expect(now.calls).toBe(2 * 4);
  });
});
