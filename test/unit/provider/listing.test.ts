import { describe, expect, it } from "vitest";
import { Listing, type ListingOptions } from "../../../provider/core/vendor-io/listing";

interface Item {
  readonly id: string;
  readonly name: string;
}

/** A vendor's listing in pages, whose items and pages a test can change. */
function vendor(count: number, pageSize: number, more: Partial<ListingOptions<Item>> = {}) {
  const items: Item[] = Array.from({ length: count }, (_, i) => ({ id: `id${i}`, name: `name${i}` }));
  let calls = 0;
  const listing = new Listing<Item>({
    fetchPage: async (cursor) => {
      calls++;
      const start = Number(cursor ?? 0);
      const next = start + pageSize < items.length ? String(start + pageSize) : undefined;
      return { items: items.slice(start, start + pageSize), next };
    },
    idOf: ({ id }) => id,
    keysOf: ({ name }) => [name],
    ...more,
  });
  return { items, listing, calls: () => calls };
}

describe("a listing shared by a run", () => {
  it.each([
    [0, 1],
    [1, 1],
    [10, 1],
    [11, 2],
    [95, 10],
  ])("of %i items is read completely in %i calls, whoever asks", async (count, calls) => {
    const { listing, items, calls: made } = vendor(count, 10);
    const all = await Promise.all(items.map(({ id }) => listing.get(id)));
    await listing.lookup(["name0"]);
    expect(all).toEqual(items);
    expect(made()).toBe(calls);
  });

  it("costs n reads at most n calls when it has more pages than that", async () => {
    const { listing, calls } = vendor(5_000, 100);
    const found = await Promise.all(["id4999", "id7", "id4998"].map((id) => listing.find(id)));
    expect(calls()).toBeLessThanOrEqual(3);
    expect(found.map(({ item, complete }) => [item?.id, complete])).toEqual([
      [undefined, false],
      ["id7", false],
      [undefined, false],
    ]);
  });

  it("costs a thousand reads no more calls than it has pages", async () => {
    const { listing, items, calls } = vendor(1_000, 100);
    await Promise.all(items.map(({ id }) => listing.find(id)));
    expect(calls()).toBe(10);
  });

  it("gives everything that is listed, and is read once for that", async () => {
    const { listing, items, calls } = vendor(25, 10);
    expect(await listing.grow()).toBe(false);
    expect(await Promise.all([listing.all(), listing.all()])).toEqual([items, items]);
    expect(await listing.grow()).toBe(true);
    expect(calls()).toBe(3);
  });

  it("grows by a page for each of those who ask at the same time", async () => {
    const { listing, calls } = vendor(1_000, 100);
    await Promise.all([1, 2, 3].map(() => listing.grow()));
    expect(calls()).toBe(3);
  });

  it("ends when the vendor repeats its last cursor", async () => {
    let calls = 0;
    const listing = new Listing<Item>({
      fetchPage: async (cursor) => {
        calls++;
        if (cursor === undefined) return { items: [{ id: "a", name: "a" }], next: "x" };
        return { items: [{ id: "b", name: "b" }], next: "x" };
      },
      idOf: ({ id }) => id,
      keysOf: () => ["all"],
    });
    expect((await listing.lookup(["all"])).map(({ id }) => id)).toEqual(["a", "b"]);
    expect(calls).toBe(3);
  });

  it("shows our own writes without listing again, also those that a page asked for earlier does not have", async () => {
    const { listing, calls } = vendor(3, 10);
    await listing.lookup(["name0"]);
    listing.put({ id: "id1", name: "renamed" });
    listing.put({ id: "new", name: "new" });
    listing.drop("id2");
    expect(await listing.lookup(["name1", "renamed", "new", "name2"])).toEqual([
      { id: "id1", name: "renamed" },
      { id: "new", name: "new" },
    ]);
    expect(calls()).toBe(1);
  });

  it("keeps a write that lands while a page is under way", async () => {
    let release: (() => void) | undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const listing = new Listing<Item>({
      fetchPage: async () => {
        await held;
        return { items: [{ id: "a", name: "old" }], next: undefined };
      },
      idOf: ({ id }) => id,
      keysOf: ({ name }) => [name],
    });
    const reading = listing.get("a");
    await Promise.resolve();
    listing.put({ id: "a", name: "new" });
    release?.();
    expect(await reading).toEqual({ id: "a", name: "new" });
  });

  it("lists again once for all who ask at the same time, and sees what changed outside", async () => {
    const { listing, items, calls } = vendor(3, 10);
    await listing.get("id0");
    items[1] = { id: "id1", name: "changed outside" };
    await Promise.all([listing.refresh(), listing.refresh(), listing.refresh()]);
    expect(await listing.get("id1")).toEqual({ id: "id1", name: "changed outside" });
    expect(calls()).toBe(2);
  });

  it("costs a few reads among thousands of others little more than one call each, and no page for most", async () => {
    const { listing, calls } = vendor(5_000, 100, { isManaged: ({ name }) => name === "ours" });
    for (let read = 0; read < 10; read++) await listing.find(`elsewhere${read}`);
    expect(calls()).toBeLessThanOrEqual(3);
  });

  it("is read on when its pages are full of ours", async () => {
    const { listing, items, calls } = vendor(1_000, 100, { isManaged: () => true });
    for (const { id } of items.toReversed()) await listing.find(id);
    expect(calls()).toBe(10);
  });

  it("gives an item that somebody else's page has, who asked at the same time", async () => {
    const { listing } = vendor(800, 100);
    const asked = ["id750", "id1", "id2", "id3", "id4", "id5", "id150", "id250"];
    const found = await Promise.all(asked.map((id) => listing.find(id)));
    expect(found.filter(({ item }) => item !== undefined).length).toBeGreaterThanOrEqual(7);
  });

  it("says that an item is gone only if two listings do not have it", async () => {
    const { listing, items, calls } = vendor(3, 10);
    const [missing] = items.splice(1, 1);
    await listing.get("id0");
    if (missing) items.push(missing);
    expect(await listing.getOrGone("id1")).toEqual(missing);
    expect(await listing.getOrGone("nobody")).toBeUndefined();
    expect(await listing.getOrGone("nobody else")).toBeUndefined();
    expect(calls()).toBe(2);
  });

  describe("when somebody looks for what is new", () => {
    const madeAtMs = ({ name }: Item) => Number(name.replace(/\D/g, ""));

    it("reads one page more than has something new, where the newest come first", async () => {
      const { listing, items, calls } = vendor(1_000, 100, { madeAtMs });
      items.reverse();
      await listing.lookup(["name0"]);
      for (let made = 1_000; made < 1_120; made++) items.unshift({ id: `id${made}`, name: `name${made}` });
      await listing.lookForNew();
      expect(listing.peek("id1000")).toBeDefined();
      expect(calls()).toBe(10 + 3);
      await listing.lookForNew();
      expect(calls()).toBe(10 + 3 + 1);
    });

    it.each(["oldest first", "in no order of time"])(
      "reads all of it where it is listed %s",
      async (order) => {
        const { listing, items, calls } = vendor(500, 100, { madeAtMs });
        if (order !== "oldest first") items.sort((one, other) => one.name.localeCompare(other.name));
        await listing.lookup(["name0"]);
        listing.put({ id: "own", name: "name600" });
        items.splice(321, 0, { id: "new", name: "name601" });
        await listing.lookForNew();
        expect(listing.peek("new")).toBeDefined();
        expect(calls()).toBeLessThanOrEqual(5 + 1 + 6);
      },
    );
  });

  it("fails those who ask while the vendor fails, and works for those who ask later", async () => {
    let fails = true;
    const listing = new Listing<Item>({
      fetchPage: async () => {
        if (fails) throw new Error("vendor is down");
        return { items: [{ id: "a", name: "a" }], next: undefined };
      },
      idOf: ({ id }) => id,
      keysOf: ({ name }) => [name],
    });
    await expect(listing.get("a")).rejects.toThrow("vendor is down");
    fails = false;
    expect(await listing.get("a")).toEqual({ id: "a", name: "a" });
  });
});
