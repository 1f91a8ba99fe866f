import { describe, expect, it } from "vitest";
import { client, dig, emulate, newest, type Send } from "./support";

/** Follows cursors from the first page, for at most ten pages; the names on each. */
async function pagesOf(send: Send, path: string): Promise<unknown[][]> {
  const pages: unknown[][] = [];
  let cursor: unknown = "";
  while (cursor !== null && pages.length < 10) {
    const { body } = await send("GET", `${path}${cursor === "" ? "" : `?cursor=${cursor}`}`);
    const items = dig(body, "items") ?? dig(body, "data");
    pages.push(Array.isArray(items) ? items.map((item) => dig(item, "name")) : []);
    cursor = dig(body, "nextCursor");
  }
  return pages;
}

describe.each([
  ["zavu", "/v1/sub-accounts"],
  ["bctrl", "/v1/subaccounts"],
] as const)("Strange pages at %s", (name, path) => {
  async function listed(switches: object, accounts = 5) {
    const { [name]: vendor } = await emulate({
      [name]: { pageSize: 2, listOrder: "oldest", ...switches },
    });
    vendor.seedMany(accounts, (index) => ({ name: String(index) }));
    return pagesOf(name === "bctrl" ? newest(vendor) : client(vendor), path);
  }

  it("emptyPages: a run of pages without items after the first", async () => {
    expect(await listed({ emptyPages: 2 })).toEqual([["0", "1"], [], [], ["2", "3"], ["4"]]);
    expect(await listed({ emptyPages: 2 }, 2)).toEqual([["0", "1"]]);
  });

  it("loopCursors: the last page leads to the first", async () => {
    const pages = await listed({ loopCursors: true }, 3);
    expect(pages.slice(0, 4)).toEqual([["0", "1"], ["2"], ["0", "1"], ["2"]]);
    expect(pages).toHaveLength(10);
  });

  it("listOrder: newest, oldest, or an order that says nothing, over all pages", async () => {
    expect(await listed({ listOrder: "newest" })).toEqual([["4", "3"], ["2", "1"], ["0"]]);
    const names = (await listed({ listOrder: "unordered" }, 12)).flat();
    const oldest = Array.from({ length: 12 }, (_, index) => String(index));
    expect(names.toSorted()).toEqual(oldest.toSorted());
    expect(names).not.toEqual(oldest);
    expect(names).not.toEqual(oldest.toReversed());
  });
});

describe("Strange pages at Bolna", () => {
  async function listed(switches: object, accounts = 3) {
    const { bolna } = await emulate({
      bolna: { listEnvelope: "paged", listOrder: "oldest", pageSize: 2, ...switches },
    });
    bolna.seedMany(accounts, (index) => ({ name: String(index) }));
    const pages: unknown[] = [];
    for (let page = 1; page <= 6; page += 1) {
      const { body } = await client(bolna)("GET", `/sub-accounts/all?page_number=${page}`);
      const data = dig(body, "data");
      pages.push([
        Array.isArray(data) && data.map((item) => dig(item, "name")).join(),
        dig(body, "has_more"),
      ]);
      expect(dig(body, "page_size")).toBe(2);
      if (dig(body, "has_more") === false) break;
    }
    return pages;
  }

  it("pageSize: fewer items than were asked for", async () => {
    expect(await listed({})).toEqual([
      ["0,1", true],
      ["2", false],
    ]);
  });

  it("emptyPages: a run of pages without items after the first", async () => {
    expect(await listed({ emptyPages: 2 })).toEqual([
      ["0,1", true],
      ["", true],
      ["", true],
      ["2", false],
    ]);
    expect(await listed({ emptyPages: 2 }, 1)).toEqual([["0", false]]);
  });

  it("endlessPages: has_more for ever, and the first page after the last", async () => {
    const first = ["0,1", true];
    const second = ["2", true];
    expect(await listed({ endlessPages: true })).toEqual([first, second, first, second, first, second]);
  });

  it("listOrder: unordered", async () => {
    const { bolna } = await emulate({ bolna: { listOrder: "unordered" } });
    bolna.seedMany(12, (index) => ({ name: String(index).padStart(2, "0") }));
    const { body } = await client(bolna)("GET", "/sub-accounts/all");
    const names = Array.isArray(body) ? body.map((item) => dig(item, "name")) : [];
    expect(names).toHaveLength(12);
    expect(names).not.toEqual(names.toSorted());
    expect(names).not.toEqual(names.toSorted().toReversed());
  });
});
