import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Page, PageReader } from "../../../provider/core/vendor-io/page-reader";

/** A reader of pages that are written down, of items as `id` or `id:content`: the n-th call gets the n-th page, or fails with it. */
function reading(pages: readonly (Page<string> | Error)[]) {
  const cursors: (string | undefined)[] = [];
  let nowMs = 0;
  const reader = new PageReader<string>({
    fetchPage: async (cursor) => {
      nowMs++;
      const page = pages[cursors.push(cursor) - 1];
      if (page === undefined) throw new Error("asked for a page after the last");
      if (page instanceof Error) throw page;
      return page;
    },
    idOf: (item) => item.split(":")[0] ?? "",
    nowMs: () => nowMs,
  });
  const readAll = async () => {
    const items: string[] = [];
    while (!reader.isDone) items.push(...(await reader.next()));
    return items;
  };
  return { reader, cursors, readAll };
}

describe("a pass over a vendor's pages", () => {
  it("follows the cursors to the page without one, and is complete then", async () => {
    const { reader, cursors, readAll } = reading([
      { items: ["a", "b"], next: "1" },
      { items: [], next: "2" },
      { items: ["c"], next: undefined },
    ]);
    expect(await readAll()).toEqual(["a", "b", "c"]);
    expect(cursors).toEqual([undefined, "1", "2"]);
    expect([reader.pages, reader.flaw]).toEqual([3, undefined]);
    expect(await reader.next()).toEqual([]);
    expect(cursors).toHaveLength(3);
  });

  it("is complete after one empty page", async () => {
    const { reader, readAll } = reading([{ items: [], next: undefined }]);
    expect(await readAll()).toEqual([]);
    expect(reader.flaw).toBeUndefined();
  });

  it("has an item once that a page repeats, and no flaw for that: rows move while it reads", async () => {
    const { reader, readAll } = reading([
      { items: ["a", "b", "a"], next: "1" },
      { items: ["b", "c"], next: undefined },
    ]);
    expect(await readAll()).toEqual(["a", "b", "c"]);
    expect(reader.flaw).toBeUndefined();
  });

  it("leaves out an item of which one page says two things, and is not complete, after the last page", async () => {
    const { reader, readAll } = reading([
      { items: ["a:1", "b:1", "a:2", "b:1"], next: "1" },
      { items: ["c:1"], next: undefined, total: 3 },
    ]);
    expect(await readAll()).toEqual(["b:1", "c:1"]);
    expect(reader.flaw).toBe("says different things of a");
  });

  it("has the first content of an item that changes between two pages, and no flaw for that", async () => {
    const { reader, readAll } = reading([
      { items: ["a:1"], next: "1" },
      { items: ["a:2"], next: undefined },
    ]);
    expect(await readAll()).toEqual(["a:1"]);
    expect(reader.flaw).toBeUndefined();
  });

  it.each([
    ["at once", ["x", "x"]],
    ["after others", ["x", "y", "z", "x"]],
  ])("ends when a cursor comes again %s, and says so", async (_when, nexts) => {
    const { reader, cursors, readAll } = reading(nexts.map((next, index) => ({ items: [`${index}`], next })));
    expect(await readAll()).toHaveLength(nexts.length);
    expect(cursors).toHaveLength(nexts.length);
    expect(reader.flaw).toBe("repeats a cursor");
  });

  it.each([
    ["empty pages", []],
    ["pages of known items", ["a"]],
  ])("ends after ten %s in a row, and says so", async (_what, items) => {
    const more = Array.from({ length: 20 }, (_, index) => ({ items, next: `${index}` }));
    const { reader, cursors, readAll } = reading([{ items: ["a"], next: "first" }, ...more]);
    expect(await readAll()).toEqual(["a"]);
    expect(cursors).toHaveLength(11);
    expect(reader.flaw).toMatch(/^goes on after 10 pages in a row/);
  });

  it("is complete if the tenth empty page is the last", async () => {
    const empty = Array.from({ length: 10 }, (_, index) => ({
      items: [],
      next: index < 9 ? `${index}` : undefined,
    }));
    const { reader, readAll } = reading(empty);
    await readAll();
    expect(reader.flaw).toBeUndefined();
  });

  it("asks for the same page again after a failure", async () => {
    const { reader, cursors } = reading([
      { items: ["a"], next: "1" },
      new Error("vendor is down"),
      { items: ["b"], next: undefined },
    ]);
    await reader.next();
    await expect(reader.next()).rejects.toThrow("vendor is down");
    expect([reader.isDone, reader.flaw]).toEqual([false, undefined]);
    expect(await reader.next()).toEqual(["b"]);
    expect(cursors).toEqual([undefined, "1", "1"]);
    expect(reader.flaw).toBeUndefined();
  });

  it("began when the first page was asked for that came", async () => {
    const { reader } = reading([
      new Error("vendor is down"),
      { items: [], next: "1" },
      { items: [], next: undefined },
    ]);
    expect(reader.startedAtMs).toBe(0);
    await reader.next().catch(() => undefined);
    await reader.next();
    expect(reader.startedAtMs).toBe(1);
    await reader.next();
    expect(reader.startedAtMs).toBe(1);
  });

  it("gives each item once and ends, whatever pages a vendor makes up", async () => {
    const page = fc.record({
      items: fc.array(fc.constantFrom("a", "b", "c", "d")),
      next: fc.option(fc.constantFrom("0", "1", "2", "3", "4", "5", "6", "7"), {
        nil: undefined,
        freq: 12,
      }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(page), async (made) => {
        const { reader, cursors, readAll } = reading([...made, { items: ["e"], next: undefined }]);
        const items = await readAll();
        expect(new Set(items).size).toBe(items.length);
        const read = made.slice(0, cursors.length).flatMap(({ items }) => items);
        expect(new Set(items.filter((item) => item !== "e"))).toEqual(new Set(read));
        const nexts = made.slice(0, cursors.length).map(({ next }) => next);
        const isComplete = cursors.length > made.length || nexts.at(-1) === undefined;
        expect(reader.flaw === undefined).toBe(isComplete);
      }),
    );
  });
});
