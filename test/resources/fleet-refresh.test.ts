import { PGlite } from "@electric-sql/pglite";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { VendorName } from "../../emulator";
import { type Share, startShare } from "../../fleet/share/service";
import { activeAt, declare, MARKING, VENDORS } from "../support/customers";
import { textOfTables } from "../support/fleet-share.mts";
import { type Declaration, Stack } from "../support/stack";
import { handleOf, inWords, pageOf, subjectOf } from "../vendors/index.mts";

const FOREIGN = 250;
const SHARDS = [0, 1, 2, 3];
const TENANTS = [0, 1, 2];

let database: PGlite;
let share: Share;
let stack: Stack;
let shards: Stack[];
let isDatabaseGone = false;
const sql = async (text: string, values?: unknown[]) => {
  if (isDatabaseGone) throw new Error("gone");
  return { rows: (await database.query(text, values)).rows };
};
beforeAll(async () => {
  database = await PGlite.create();
});
afterAll(() => database.close());
beforeEach(async () => {
  isDatabaseGone = false;
  share = await startShare(sql, 2, "public");
});
afterEach(async () => {
  await share.close();
  await stack.close();
});

/** Has shards with three tenants each beside accounts of others; from then on they are a fleet's. */
const open = async (
  vendor: VendorName,
  options: Parameters<typeof Stack.open>[0] = {},
  program = (_: Stack, index: number): Declaration[] => tenants(vendor, index),
): Promise<void> => {
  stack = await Stack.open(options);
  shards = SHARDS.map((index) => {
    const shard = stack.beside();
    shard.owner = `owner-of-shard-${index}`;
    return shard;
  });
  for (const [index, shard] of shards.entries()) await shard.upAll(program(shard, index));
  stack.emulator[vendor].seedMany(FOREIGN);
  // Older than reads may lag behind writes.
  stack.pass(60_000);
  for (const shard of shards) Object.assign(shard.env, share.env);
  stack.emulator.clearRequests();
};
const tenants = (vendor: VendorName, index: number) =>
  TENANTS.map((tenant) => declare(vendor, `Tenant ${index}-${tenant}`, subjectOf(vendor).limit(5)));
/** Refreshes all shards in turn. @returns what became of each account that is not as its state has it */
const drift = async (): Promise<string[]> => {
  const found: string[] = [];
  for (const shard of shards) {
    const names = [...shard.resources.keys()];
    const became = await shard.refreshAll();
    found.push(
      ...became.flatMap((what, index) =>
        what === "same" ? [] : [`${names[index]?.replace(/^\S+ /, "")} ${what}`],
      ),
    );
  }
  return found;
};
const calls = (path: string) =>
  stack.emulator.requests.filter((request) => request.method === "GET" && request.path === path).length;
const listings = (vendor: VendorName) => calls(subjectOf(vendor).paths.list);
/** Pages of the whole list. */
const pagesOf = (vendor: VendorName) =>
  Math.max(1, Math.ceil((FOREIGN + SHARDS.length * TENANTS.length) / pageOf(vendor)));
const idOf = (vendor: VendorName, shard: number, tenant: number) =>
  shards[shard]?.resource(`${vendor}.SubAccount`, `tenant ${shard}-${tenant}`).id ?? "";
/** The reads of single accounts. */
const reads = (vendor: VendorName) => {
  const path = new RegExp(`^${subjectOf(vendor).paths.get?.replace("{id}", "[^/]+")}$`);
  return stack.emulator.requests.filter((request) => request.method === "GET" && path.test(request.path))
    .length;
};
/** Changes the limit of these tenants of a shard, and of no other. */
const raise = async (vendor: VendorName, shard: number, limit: number, changed = TENANTS) => {
  const { limit: limitOf } = subjectOf(vendor);
  await shards[shard]?.upAll(
    TENANTS.map((tenant) =>
      declare(vendor, `Tenant ${shard}-${tenant}`, limitOf(changed.includes(tenant) ? limit : 5)),
    ),
  );
};
const end = (vendor: VendorName, id: string) => subjectOf(vendor).end(stack.emulator[vendor] as never, id);
const printed = () => shards.flatMap((shard) => shard.printed).join("\n");

describe.each(VENDORS)("a refresh of the shards of a fleet at %s", (vendor) => {
  it("costs one list, however many shards there are", async () => {
    await open(vendor);
    expect(await drift()).toEqual([]);
    expect(listings(vendor)).toBe(pagesOf(vendor));
    const others = stack.emulator.requests.filter(({ path }) => path !== subjectOf(vendor).paths.list);
    // Keys that an account is born with cost a call each.
    const keys = subjectOf(vendor).bornWith === "a key that is shown once" ? 12 : 0;
    expect(others).toHaveLength(keys);
  });

  it("finds a limit and a name that were changed by hand", async () => {
    await open(vendor);
    handleOf(stack.emulator, vendor).change(idOf(vendor, 1, 2), inWords(vendor, subjectOf(vendor).limit(7)));
    handleOf(stack.emulator, vendor).change(idOf(vendor, 3, 0), { name: "By hand" });
    expect(await drift()).toEqual(["tenant 1-2 changed", "tenant 3-0 changed"]);
    expect(listings(vendor)).toBe(pagesOf(vendor));
  });

  it("reads the list anew in the next run", async () => {
    await open(vendor);
    await share.beginRun(`first at ${vendor}`);
    expect(await drift()).toEqual([]);
    handleOf(stack.emulator, vendor).change(idOf(vendor, 2, 1), { name: "By hand" });
    await share.beginRun(`second at ${vendor}`);
    expect(await drift()).toEqual(["tenant 2-1 changed"]);
  });

  it("takes the list that another machine has read for the same run", async () => {
    await open(vendor);
    const other = await startShare(sql, 2, "public");
    Object.assign(shards[1]?.env ?? {}, other.env);
    for (const machine of [share, other]) await machine.beginRun(`both at ${vendor}`);
    expect(await drift()).toEqual([]);
    expect(listings(vendor)).toBe(pagesOf(vendor));
    await other.close();
  });

  it("finds an account that was ended by hand", async () => {
    await open(vendor);
    end(vendor, idOf(vendor, 2, 1));
    // An account that Zavu has ended can be activated again.
    expect(await drift()).toEqual([vendor === "zavu" ? "tenant 2-1 changed" : "tenant 2-1 gone"]);
    expect(activeAt(stack.emulator, vendor)).toHaveLength(FOREIGN + 11);
  });

  it("keeps an account that the list lacks and the vendor has", async () => {
    await open(vendor);
    await shards[0]?.refreshAll();
    await database.exec("delete from fleet_row");
    expect(await drift()).toEqual([]);
  });

  it("reads an account that a shard has written since the list was read", async () => {
    await open(vendor);
    await shards[0]?.refreshAll();
    const renamed = declare(vendor, "Renamed", subjectOf(vendor).limit(5), { name: "tenant 1-0" });
    const [, ...others] = tenants(vendor, 1);
    await shards[1]?.upAll([renamed, ...others]);
    expect(await drift()).toEqual([]);
  });

  it("finds the account that another process has made since the list was read", async () => {
    await open(vendor);
    await shards[0]?.refreshAll();
    await shards[2]?.upAll([...tenants(vendor, 2), declare(vendor, "Late")]);
    stack.pass(60_000);
    expect(await drift()).toEqual([]);
    expect(activeAt(stack.emulator, vendor)).toHaveLength(FOREIGN + 13);
  });

  it.each(["service", "database"])("goes on as without a fleet where its %s is gone", async (what) => {
    await open(vendor);
    await shards[0]?.refreshAll();
    if (what === "service") await share.close();
    else isDatabaseGone = true;
    handleOf(stack.emulator, vendor).change(idOf(vendor, 3, 1), { name: "By hand" });
    expect(await drift()).toEqual(["tenant 3-1 changed"]);
    expect(printed().match(/by itself/g)).toHaveLength(4);
  });

  it("takes nothing from a list that is incomplete", async () => {
    await open(vendor);
    handleOf(stack.emulator, vendor).change(idOf(vendor, 3, 1), { name: "By hand" });
    const { list } = subjectOf(vendor).paths;
    // A page says two things of one account.
    stack.emulator.fault({ vendor, method: "GET", path: list, times: 1, fault: pageWith(vendor) });
    expect(await drift()).toEqual(["tenant 3-1 changed"]);
    expect(listings(vendor)).toBeGreaterThan(pagesOf(vendor));
  });

  it("leaves no name, id or key of an account in the fleet's database", async () => {
    await open(vendor);
    await drift();
    const text = await textOfTables(database);
    expect(text.length).toBeGreaterThan(10_000);
    const keys = [stack.emulator[vendor].apiKey, idOf(vendor, 0, 0), "Tenant 0-0", "tenant-0-0"];
    const states = shards.flatMap(({ resources }) => [...resources.values()]);
    const secrets = states.map(({ outputs }) => outputs["apiKey"]).filter((key) => typeof key === "string");
    for (const secret of [...keys, ...secrets]) expect(text).not.toContain(secret);
  });
});

describe.each(VENDORS)("an update of the shards of a fleet at %s", (vendor) => {
  const isReadable = subjectOf(vendor).paths.get !== undefined;
  /** Shards that were looked at a minute ago, so that it is known how many accounts there are. */
  const openKnown = async () => {
    await open(vendor);
    await drift();
    stack.pass(60_000);
    await share.beginRun(`updates at ${vendor}: ${expect.getState().currentTestName}`);
    stack.emulator.clearRequests();
  };

  it("reads as many accounts as the list has pages, then the list for all", async () => {
    await openKnown();
    for (const shard of SHARDS) await raise(vendor, shard, 9);
    // Beside them, the first ten limits are read back; at Bolna each is, and by its list.
    expect(reads(vendor)).toBe(isReadable ? Math.floor((FOREIGN + 12) / 100) + 10 : 0);
    expect(listings(vendor)).toBe(pagesOf(vendor) + (isReadable ? 0 : 12));
    expect(await drift()).toEqual([]);
  });

  it("reads an account by itself where no other is changed", async () => {
    await openKnown();
    await raise(vendor, 1, 9, [2]);
    expect(reads(vendor)).toBe(isReadable ? 2 : 0);
    expect(listings(vendor)).toBe(isReadable ? 0 : 2);
  });

  it("sends what differs from a limit that was changed by hand before the run", async () => {
    await openKnown();
    handleOf(stack.emulator, vendor).change(idOf(vendor, 3, 1), inWords(vendor, subjectOf(vendor).limit(7)));
    for (const shard of SHARDS) await raise(vendor, shard, 9);
    expect(await drift()).toEqual([]);
  });

  it("reads an account that it has changed a moment ago", async () => {
    await openKnown();
    for (const limit of [9, 11, 9]) for (const shard of SHARDS) await raise(vendor, shard, limit);
    expect(await drift()).toEqual([]);
  });
});

/** Has the list have one account twice, otherwise the second time. */
const pageWith = (vendor: VendorName) => {
  const { emptyPage } = subjectOf(vendor);
  const item = {
    id: "made-up",
    name: "One",
    status: "active",
    allow_concurrent_calls: 1,
    createdAt: "2026-01-01T00:00:00Z",
  };
  const items = [item, { ...item, name: "Another" }];
  const members = Object.entries(emptyPage as object);
  const body = Array.isArray(emptyPage)
    ? items
    : Object.fromEntries(members.map(([name, value]) => [name, Array.isArray(value) ? items : value]));
  return { kind: "status", when: "before", status: 200, body } as const;
};

describe.each(MARKING)("a refresh of the shards of a fleet at %s", (vendor) => {
  it("names a second account of a customer, which another shard's list has", async () => {
    await open(vendor);
    stack.emulator[vendor].seed({ name: "By hand", externalId: "tenant-tenant-3-1" });
    await drift();
    expect(printed()).toMatch(/beside the sub-account \S+ there is \S+ of the same customer/);
  });

  it("and an update after it refuse an account with the marker that another stack has written", async () => {
    await open(vendor);
    await drift();
    const other = stack.emulator[vendor].accounts().find(({ id }) => id === idOf(vendor, 0, 0));
    handleOf(stack.emulator, vendor).change(idOf(vendor, 3, 1), { metadata: other?.metadata });
    await share.beginRun(`marker at ${vendor}`);
    for (const shard of [0, 1, 2]) await raise(vendor, shard, 9);
    await expect(raise(vendor, 3, 9)).rejects.toThrow(/was adopted by .* Nothing was sent/);
  });

  it("tells of a marker that another stack has written", async () => {
    await open(vendor);
    const other = stack.emulator[vendor].accounts().find(({ id }) => id === idOf(vendor, 0, 0));
    handleOf(stack.emulator, vendor).change(idOf(vendor, 1, 1), { metadata: other?.metadata });
    await drift();
    expect(printed()).toMatch(/carries the marker of \S*tenant 0-0, which took it over/);
  });
});

it("a refresh reads a list anew that is older than five minutes", async () => {
  await open("bctrl");
  await shards[0]?.refreshAll();
  await database.exec("update fleet_listing set started = started - 301000, took = 1");
  handleOf(stack.emulator, "bctrl").change(idOf("bctrl", 3, 1), { name: "By hand" });
  expect(await drift()).toEqual(["tenant 3-1 changed"]);
  expect(listings("bctrl")).toBe(2 * pagesOf("bctrl"));
});

it("a refresh at bctrl reads the keys of all accounts once", async () => {
  await open("bctrl", {}, (shard, index) => [
    ...tenants("bctrl", index),
    {
      type: "bctrl.ApiKey",
      name: `key ${index}`,
      args: () => ({ subAccountId: shard.resource("bctrl.SubAccount", `tenant ${index}-0`).id, name: "app" }),
    },
  ]);
  const { id } = shards[2]?.resource("bctrl.ApiKey", "key 2") ?? { id: "" };
  expect(await drift()).toEqual([]);
  expect(calls("/v1/api-keys")).toBe(1);
  await share.beginRun("keys of bctrl");
  stack.emulator.bctrl.revokeKey(id);
  expect(await drift()).toEqual(["key 2 gone"]);
});

it.each([
  ["zavu", "leaves them alone"],
  ["bctrl", "looks at them, since they cost no call"],
] as const)("a drift whose turn it is not to look at keys: %s %s", async (vendor, _) => {
  await open(vendor, {}, (shard, index) => [
    ...tenants(vendor, index),
    {
      type: `${vendor}.ApiKey`,
      name: `key ${index}`,
      args: () => ({
        subAccountId: shard.resource(`${vendor}.SubAccount`, `tenant ${index}-0`).id,
        name: "app",
      }),
    },
  ]);
  for (const shard of shards) shard.env["SUBACCOUNTS_CHECK_KEYS"] = "none";
  const { id } = shards[2]?.resource(`${vendor}.ApiKey`, "key 2") ?? { id: "" };
  if (vendor === "bctrl") stack.emulator.bctrl.revokeKey(id);
  else stack.emulator.zavu.revokeKey(idOf("zavu", 2, 0), id);
  stack.emulator.clearRequests();
  expect(await drift()).toEqual(vendor === "bctrl" ? ["key 2 gone"] : []);
  const calls = stack.emulator.requests.filter(({ path }) => path.includes("key"));
  expect(calls.length > 0).toBe(vendor === "bctrl");
  for (const shard of shards) delete shard.env["SUBACCOUNTS_CHECK_KEYS"];
  await share.beginRun(`keys at ${vendor}`);
  expect(await drift()).toEqual(vendor === "bctrl" ? [] : ["key 2 gone"]);
});

it("a refresh at Bolna finds another key of an account, whose own one the fleet's list does not have", async () => {
  await open("bolna");
  handleOf(stack.emulator, "bolna").change(idOf("bolna", 1, 1), { api_key: "bn-another-key-of-the-account" });
  expect(await drift()).toEqual(["tenant 1-1 changed"]);
  expect(listings("bolna")).toBe(2);
});
