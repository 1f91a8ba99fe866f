import { PGlite } from "@electric-sql/pglite";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { VendorName } from "../../emulator";
import { type Share, startShare } from "../../fleet/share/service";
import { activeAt, createPath, declare, outcomeOf } from "../support/customers";
import { textOfTables } from "../support/fleet-share.mts";
import { Stack } from "../support/stack";
import { subjectOf } from "../vendors/index.mts";

const FOREIGN = 1_000;
/** The organization that a key is of. */
const ORGANIZATION = { zavu: "teamId", bctrl: "organizationId" } as const;
/** Vendors whose accounts carry a marker. */
const MARKED = ["zavu", "bctrl"] as const;
const VENDORS = [...MARKED, "bolna"] as const;

let database: PGlite;
let share: Share;
let stack: Stack;
beforeAll(async () => {
  database = await PGlite.create();
});
afterAll(() => database.close());
let isDatabaseGone = false;
beforeEach(async () => {
  isDatabaseGone = false;
  const sql = async (text: string, values?: unknown[]) => {
    if (isDatabaseGone) throw new Error("gone");
    return await query(text, values);
  };
  const query = async (text: string, values?: unknown[]) => ({
    rows: (await database.query(text, values)).rows,
  });
  share = await startShare(sql, 2, "public");
});
afterEach(async () => {
  await share.close();
  await stack.close();
});

const open = async (options: Parameters<typeof Stack.open>[0] = {}): Promise<void> => {
  stack = await Stack.open(options);
  Object.assign(stack.env, share.env);
  stack.emulator.bolna.switches.concurrencyPool = 1_000_000;
};
/** The stack of another shard. */
const shard = (index: number): Stack => {
  const other = stack.beside();
  other.owner = `owner-of-shard-${index}`;
  return other;
};
const tenants = (vendor: VendorName, index: number, count = 3) =>
  Array.from({ length: count }, (_, tenant) => declare(vendor, `Tenant ${index}-${tenant}`));
/** Pages of the whole list before the first create, and all of them. */
const pages = (vendor: VendorName) => {
  const calls = stack.emulator.requests.map(({ method, path }) => `${method} ${path}`);
  const isPage = (call: string) => call === `GET ${subjectOf(vendor).paths.list}`;
  const first = calls.indexOf(`POST ${createPath(vendor)}`);
  return { before: calls.slice(0, first).filter(isPage).length, all: calls.filter(isPage).length };
};

describe.each(VENDORS)("shards of a fleet at %s among 1,000 accounts of others", (vendor) => {
  it("read the list once before they create, and not once each", async () => {
    await open();
    stack.emulator[vendor].seedMany(FOREIGN);
    const before: number[] = [];
    for (const index of [0, 1, 2, 3]) {
      stack.emulator.clearRequests();
      await shard(index).upAll(tenants(vendor, index));
      before.push(pages(vendor).before);
    }
    expect(before).toEqual([before[0], 0, 0, 0]);
    expect(before[0]).toBeGreaterThanOrEqual(vendor === "bolna" ? 1 : 5);
    expect(activeAt(stack.emulator, vendor)).toHaveLength(FOREIGN + 12);
  });

  it("look once more at the first ten accounts that they make, and not each at ten", async () => {
    await open();
    stack.emulator[vendor].seedMany(FOREIGN);
    await shard(0).upAll(tenants(vendor, 0, 8));
    stack.emulator.clearRequests();
    for (const index of [1, 2]) await shard(index).upAll(tenants(vendor, index, 8));
    // The two that are left, before them one list at most; and bctrl's filter for eight of each process.
    expect(pages(vendor).all).toBeLessThanOrEqual({ zavu: 3 * 11, bctrl: 16, bolna: 3 }[vendor]);
    expect(activeAt(stack.emulator, vendor)).toHaveLength(FOREIGN + 24);
  });

  it("leave no name, id or key of an account in the fleet's database", async () => {
    await open();
    const note = vendor === "bolna" ? {} : { metadata: { note: "canary" } };
    await shard(0).upAll([declare(vendor, "Canary", note)]);
    const { id, outputs } = { outputs: {}, ...stack.emulator[vendor].dump()[0] };
    const text = await textOfTables(database);
    expect(text.length).toBeGreaterThan(100);
    const secrets = [id, stack.emulator[vendor].apiKey, ...Object.values(outputs), "anary"];
    for (const secret of secrets) expect(text).not.toContain(String(secret));
  });
});

describe.each(MARKED)("a shard of a fleet at %s", (vendor) => {
  /** The fleet has read the list. */
  const begun = async (options: Parameters<typeof open>[0] = {}) => {
    await open(options);
    await shard(0).upAll([declare(vendor, "First")]);
  };

  it.each([undefined, "1"])(
    "takes over what its killed attempt made (after interruption: %s)",
    async (env) => {
      await begun();
      for (let call = 0; stack.emulator[vendor].accounts().length === 1; call++) {
        await stack.crash(call, () => stack.upAll([declare(vendor, "Acme")]));
      }
      if (env) stack.env["SUBACCOUNTS_AFTER_INTERRUPTION"] = env;
      await stack.upAll([declare(vendor, "Acme")]);
      expect(activeAt(stack.emulator, vendor)).toHaveLength(2);
      expect(stack.resource(`${vendor}.SubAccount`).id).toBe(activeAt(stack.emulator, vendor)[1]);
    },
  );

  it("makes no second account where a person made one after the list was read", async () => {
    await begun();
    stack.emulator[vendor].seedMany(1, () => ({ name: "By hand", externalId: "tenant-acme" }));
    stack.pass(1_000);
    const outcome = await outcomeOf(stack.upAll([declare(vendor, "Acme")]));
    const [, byHand, ...more] = activeAt(stack.emulator, vendor);
    expect([more, outcome]).toEqual([[], expect.stringContaining(`${byHand}`)]);
  });

  it("names the account for which the vendor refuses a create", async () => {
    await begun({ [vendor]: { duplicateExternalId: 409 } });
    stack.emulator[vendor].seedMany(1, () => ({ name: "By hand", externalId: "tenant-acme" }));
    stack.pass(1_000);
    const outcome = await outcomeOf(stack.upAll([declare(vendor, "Acme")]));
    const [, byHand, ...more] = activeAt(stack.emulator, vendor);
    expect([more, outcome]).toEqual([[], expect.stringContaining(`adopt: "${byHand}"`)]);
  });

  it("is refused a customer that another shard has just made", async () => {
    await begun();
    await shard(1).upAll([declare(vendor, "Acme")]);
    const outcome = await outcomeOf(shard(2).upAll([declare(vendor, "Acme", {}, { name: "another" })]));
    expect(outcome).toContain(`${activeAt(stack.emulator, vendor)[1]}`);
    expect(activeAt(stack.emulator, vendor)).toHaveLength(2);
  });

  it("finds an account by the name that another shard has given it", async () => {
    await begun();
    const other = shard(1);
    const named = (name: string) => declare(vendor, name, { externalId: undefined }, { name: "one" });
    await other.upAll([named("Before")]);
    await other.upAll([named("After")]);
    expect(await outcomeOf(shard(2).upAll([named("After")]))).toContain(
      `${other.resource(`${vendor}.SubAccount`, "one").id}`,
    );
    expect(activeAt(stack.emulator, vendor)).toHaveLength(2);
  });

  it.each(["service", "database"])(
    "lists by itself where the fleet's %s is gone, and says so once",
    async (what) => {
      await begun();
      if (what === "service") await share.close();
      else isDatabaseGone = true;
      stack.emulator.clearRequests();
      await stack.upAll(tenants(vendor, 1));
      expect(pages(vendor).before).toBe(1);
      expect(activeAt(stack.emulator, vendor)).toHaveLength(4);
      expect(stack.printed.filter((line) => line.includes("by itself"))).toHaveLength(1);
      expect(stack.printed.join()).not.toContain(share.token);
    },
  );
});

describe("a shard of a fleet at Bolna", () => {
  it("is refused a name that another shard has just made, whatever its externalId", async () => {
    await open();
    await shard(1).upAll([declare("bolna", "Acme")]);
    const second = declare("bolna", "Acme", { externalId: "another" }, { name: "another" });
    const outcome = await outcomeOf(shard(2).upAll([second]));
    expect(outcome).toContain(`${activeAt(stack.emulator, "bolna")[0]}`);
    expect(activeAt(stack.emulator, "bolna")).toHaveLength(1);
  });

  it("finds its account after a lost reply, and makes no second one", async () => {
    await open();
    await shard(0).upAll([declare("bolna", "First")]);
    stack.emulator.fault({
      vendor: "bolna",
      method: "POST",
      fault: { kind: "status", when: "after", status: 502 },
    });
    await stack.upAll([declare("bolna", "Acme")]);
    expect(activeAt(stack.emulator, "bolna")).toHaveLength(2);
    expect(stack.resource("bolna.SubAccount").id).toBe(activeAt(stack.emulator, "bolna")[1]);
  });

  it("reads the key of an account that it has just made from the reply, without a list", async () => {
    await open();
    await shard(0).upAll(tenants("bolna", 0, 10));
    stack.emulator.clearRequests();
    const key = { type: "bolna.ApiKey", name: "acme" } as const;
    const args = () => ({ subAccountId: stack.resource("bolna.SubAccount").id });
    await stack.upAll([declare("bolna", "Acme"), { ...key, args }]);
    expect(pages("bolna").all).toBe(0);
    const { outputs } = stack.resource("bolna.ApiKey");
    expect(outputs["apiKey"]).toBe(stack.resource("bolna.SubAccount").outputs["apiKey"]);
  });
});

it("a process without the token learns and changes nothing of what a fleet shares", async () => {
  await open();
  const url = new URL(share.env.SUBACCOUNTS_FLEET_URL);
  const send = (token: string, body: object) =>
    fetch(`http://${url.host}/rate`, {
      method: "POST",
      headers: { authorization: `Bearer ${token}` },
      body: JSON.stringify(body),
    });
  const ask = { key: "key", process: "stranger", want: 1 };
  expect((await send("wrong", ask)).status).toBe(401);
  expect((await send(share.token, { ...ask, want: -1 })).status).toBe(400);
  expect(await textOfTables(database)).not.toContain("stranger");
  expect(url.hostname).toBe("127.0.0.1");
});

it("a shard reads the list where the process that was to read it has ended", async () => {
  await open();
  // bctrl looks at what is new by a filter, so that no other list is on its way.
  await shard(0).upAll([declare("bctrl", "First")]);
  await database.exec("update fleet_listing set started = 0, lister = 'ended', lease = 0");
  stack.emulator.clearRequests();
  await stack.upAll([declare("bctrl", "Acme")]);
  expect(pages("bctrl").before).toBe(1);
  expect(activeAt(stack.emulator, "bctrl")).toHaveLength(2);
});

describe.each(MARKED)("shards of a fleet at %s", (vendor) => {
  it("do not create in two organizations in one run", async () => {
    await open();
    await share.beginRun(`organizations at ${vendor}`);
    await shard(0).upAll(tenants(vendor, 0));
    Object.assign(stack.emulator[vendor].switches, { [ORGANIZATION[vendor]]: "another-one" });
    await expect(shard(1).upAll(tenants(vendor, 1))).rejects.toThrow(
      /this parent key is of the organization another-one, and another worker of this run creates accounts in \S+\. Nothing was created/,
    );
    expect(activeAt(stack.emulator, vendor)).toHaveLength(3);
    await share.beginRun(`the next run at ${vendor}`);
    await shard(1).upAll(tenants(vendor, 1));
    expect(activeAt(stack.emulator, vendor)).toHaveLength(6);
  });
});
