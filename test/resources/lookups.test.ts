import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Emulator, startEmulator } from "../../emulator";
import { realSurroundings } from "../../provider/core/base/run";
import { type LookupRequest, lookups, openLookups } from "../../provider/lookups";
import { environmentOf } from "../support/environment.mts";
import { handleOf, inWords, subjectOf, VENDORS } from "../vendors/index.mts";

const NOW = new Date("2026-03-10T12:00:00.000Z");
const NO_UUID = "00000000-0000-4000-8000-000000000000";
const stamp = { v: 1, owner: "o", urn: "u", nonce: "n" };

let emulator: Emulator;
/** What the program showed to the person who ran it. */
let told: string[];
/** The lookups of one program. */
let ask: (vendor: string, name: LookupRequest["name"], args?: object, isSecret?: boolean) => Promise<unknown>;

/** Begins a program: what the one before it knew is forgotten. */
function begin({ config = {}, env = {} }: { config?: Record<string, string>; env?: object } = {}): void {
  const tell = async ({ text }: { text: string }) => {
    told.push(text);
  };
  let nowMs = NOW.getTime();
  const look = openLookups(config, tell, {
    ...realSurroundings,
    env: { ...environmentOf(emulator), ...env },
    now: () => nowMs,
    sleep: async (ms) => {
      nowMs += ms;
      await new Promise((resolve) => setImmediate(resolve));
    },
  });
  ask = async (vendor, name, args = {}, isSecret = false) => {
    const answer = await look({ vendor, name, args: { ...args }, isSecret });
    if ("problem" in answer) throw new Error(answer.problem);
    return answer.result;
  };
}

beforeEach(async () => {
  told = [];
  emulator = await startEmulator({ now: () => NOW });
  begin();
});
afterEach(() => emulator.close());

const calls = () => emulator.requests.length;
const sent = () => emulator.requests.map(({ method, path }) => `${method} ${path.replace(/\?.*/, "")}`);
const each = (count: number) => Array.from({ length: count }, (_, index) => index);

describe.each(VENDORS)("the lookups at %s", (vendor) => {
  const { description } = lookups[vendor] ?? {};
  const { isMarked, limit } = subjectOf(vendor);
  const fields = {
    name: "Acme",
    ...inWords(vendor, limit(7)),
    ...(isMarked && { externalId: "tenant-acme" }),
  };
  const seed = (more: object = {}) => handleOf(emulator, vendor).seed({ ...fields, ...more }).id;

  it("find an account by all that the description says, and read its usage", async () => {
    const id = seed();
    seed({ name: "Beta", ...(isMarked && { externalId: "tenant-beta" }) });
    const by = { id, name: "Acme", externalId: "tenant-acme" };
    for (const field of description?.get.by ?? []) {
      begin();
      const found = await ask(vendor, "getSubAccount", { [field]: by[field as keyof typeof by] });
      expect(found, field).toMatchObject({ id, name: "Acme", ...limit(7) });
    }
    expect(await ask(vendor, "listSubAccounts")).toHaveLength(2);
    const usage = await ask(vendor, "getUsage", { id });
    expect(usage).toMatchObject({ id });
    const known = ["id", ...Object.keys(description?.usage.fields ?? {})];
    expect(Object.keys(Object(usage)).filter((name) => !known.includes(name))).toEqual([]);
    expect(sent().filter((call) => !call.startsWith("GET "))).toEqual([]);
  });

  it("say so where there is no such account", async () => {
    seed();
    await expect(ask(vendor, "getSubAccount", { name: "Nobody" })).rejects.toThrow(
      /has no sub-account with the name "Nobody"/,
    );
  });
});

describe("an account that is looked up", () => {
  it("at Zavu has the outputs of the resource, without the stamp and without a key", async () => {
    const { id } = emulator.zavu.seed({
      name: "Acme",
      externalId: "tenant-acme",
      creditLimit: 5_000,
      metadata: { tier: "gold", "pulumi-subaccounts": stamp },
    });
    const acme = {
      id,
      name: "Acme",
      externalId: "tenant-acme",
      creditLimit: 5_000,
      status: "active",
      metadata: { tier: "gold" },
      createdAt: NOW.toISOString(),
    };
    for (const args of [{ id }, { externalId: "tenant-acme" }, { name: "Acme" }]) {
      expect(await ask("zavu", "getSubAccount", args)).toEqual(acme);
    }
    expect(await ask("zavu", "listSubAccounts")).toEqual([acme]);
  });

  it("at bctrl has them too", async () => {
    const limits = { maxActiveRuns: 5, maxSpaces: null, monthlyCreditLimit: 20_000.5 };
    const { id, defaultSpaceId } = emulator.bctrl.seed({
      name: "Acme",
      externalId: "tenant-acme",
      limits,
      metadata: { "pulumi-subaccounts": stamp },
    });
    const acme = {
      id,
      name: "Acme",
      externalId: "tenant-acme",
      limits,
      status: "active",
      defaultSpaceId,
      createdAt: NOW.toISOString(),
    };
    for (const args of [{ id }, { externalId: "tenant-acme" }, { name: "Acme" }]) {
      expect(await ask("bctrl", "getSubAccount", args)).toEqual(acme);
    }
    expect(await ask("bctrl", "listSubAccounts")).toEqual([acme]);
  });

  it("at Bolna has no key, although the listing shows it", async () => {
    const account = emulator.bolna.seed({ name: "Acme", allow_concurrent_calls: 4 });
    const acme = {
      id: account.id,
      name: "Acme",
      allowConcurrentCalls: 4,
      multiTenant: false,
      organizationId: account.organization_id,
    };
    expect(await ask("bolna", "getSubAccount", { id: account.id })).toEqual(acme);
    expect(await ask("bolna", "getSubAccount", { name: "Acme" })).toEqual(acme);
    const all = await ask("bolna", "listSubAccounts");
    expect(all).toEqual([acme]);
    expect(JSON.stringify(all)).not.toContain(account.api_key);
  });

  it("is read by itself where the listing does not show its metadata", async () => {
    emulator.zavu.switches.metadataShownIn = "single reads";
    emulator.bctrl.switches.metadataShownIn = "single reads";
    for (const vendor of ["zavu", "bctrl"] as const) {
      emulator[vendor].seed({ name: "Acme", externalId: "a", metadata: { tier: "gold" } });
      expect(await ask(vendor, "getSubAccount", { externalId: "a" })).toMatchObject({
        metadata: { tier: "gold" },
      });
    }
  });

  it("at Zavu may be inactive, where no active one has the same externalId", async () => {
    const old = emulator.zavu.seed({ name: "Acme", externalId: "a" });
    emulator.zavu.deactivate(old.id);
    const inactive = { id: old.id, status: "inactive" };
    expect(await ask("zavu", "getSubAccount", { externalId: "a" })).toMatchObject(inactive);
    const { id } = emulator.zavu.seed({ name: "Acme", externalId: "a" });
    begin();
    expect(await ask("zavu", "getSubAccount", { externalId: "a" })).toMatchObject({ id, status: "active" });
    expect(await ask("zavu", "getSubAccount", { id: old.id })).toMatchObject(inactive);
  });

  it("at bctrl may be archived if it is asked for by its id alone", async () => {
    const { id } = emulator.bctrl.seed({ name: "Acme", externalId: "a" });
    emulator.bctrl.archive(id);
    expect(await ask("bctrl", "getSubAccount", { id })).toMatchObject({ id, status: "archived" });
    expect(await ask("bctrl", "listSubAccounts")).toEqual([]);
    for (const args of [{ externalId: "a" }, { name: "Acme" }]) {
      await expect(ask("bctrl", "getSubAccount", args)).rejects.toThrow(/^bctrl has no sub-account with the/);
    }
  });

  it("is never the one whose name was passed as an id", async () => {
    emulator.bctrl.seed({ name: "Acme" });
    await expect(ask("bctrl", "getSubAccount", { id: "Acme" })).rejects.toThrow(/is about another id/);
    await expect(ask("bctrl", "getUsage", { id: "Acme" })).rejects.toThrow(/is about another id/);
  });

  it("is found although the program made it after it had read the listing", async () => {
    for (const vendor of ["zavu", "bctrl", "bolna"] as const) {
      emulator[vendor].seedMany(3);
      await ask(vendor, "listSubAccounts");
      const { id } = emulator[vendor].seed({ name: "Late" });
      expect(await ask(vendor, "getSubAccount", { id })).toMatchObject({ id });
      const { id: another } = emulator[vendor].seed({ name: "Later" });
      expect(await ask(vendor, "getSubAccount", { name: "Later" })).toMatchObject({ id: another });
    }
  });

  it("at bctrl has exactly this externalId, even if the vendor's filter finds longer ones", async () => {
    emulator.bctrl.switches.externalIdFilter = "prefix";
    emulator.bctrl.seedMany(450);
    const { id } = emulator.bctrl.seed({ externalId: "tenant-1" });
    emulator.bctrl.seed({ externalId: "tenant-12" });
    expect(await ask("bctrl", "getSubAccount", { externalId: "tenant-1" })).toMatchObject({ id });
  });
});

describe("a lookup that finds nothing, or too much, names the vendor and what was looked for", () => {
  it.each(["zavu", "bctrl", "bolna"] as const)("at %s", async (vendor) => {
    const title = { zavu: "Zavu", bctrl: "bctrl", bolna: "Bolna" }[vendor];
    const advice = `that the key of this connection can see. Check the value and the connection; ${vendor}.listSubAccounts() shows what there is`;
    const field = vendor === "bolna" ? "name" : "externalId";
    await expect(ask(vendor, "getSubAccount", { [field]: "acme" })).rejects.toThrow(
      `${title} has no sub-account with the ${field} "acme" ${advice}`,
    );
    const none = `${title} has no sub-account "${NO_UUID}" ${advice}`;
    await expect(ask(vendor, "getSubAccount", { id: NO_UUID })).rejects.toThrow(none);
    await expect(ask(vendor, "getUsage", { id: NO_UUID })).rejects.toThrow(none);
    const ids = each(2).map(() => emulator[vendor].seed({ [field]: "acme" }).id);
    const message = new RegExp(`^${title} has 2 sub-accounts with the ${field} "acme": (.*). Pass the id`);
    const error: Error = await ask(vendor, "getSubAccount", { [field]: "acme" }).then(
      () => new Error("none"),
      (reason) => reason,
    );
    expect(message.exec(error.message)?.[1]?.split(", ").sort()).toEqual(ids.sort());
  });

  it("but not where the program keeps that secret", async () => {
    await expect(ask("zavu", "getSubAccount", { externalId: "canary-tenant" }, true)).rejects.toThrow(
      /externalId "\[secret\]"/,
    );
  });
});

describe("a lookup never takes an incomplete list for all there is", () => {
  const endless = {
    zavu: [{ items: [], nextCursor: "again" }, "repeats a cursor"],
    bctrl: [{ data: [], nextCursor: "again" }, "repeats a cursor"],
    bolna: [{ data: [], has_more: true }, "goes on after 10 pages in a row without anything new"],
  } as const;
  const path = /^\/(v1\/sub-?accounts|sub-accounts\/all)$/;

  it.each(["zavu", "bctrl", "bolna"] as const)("at %s", async (vendor) => {
    const title = { zavu: "Zavu", bctrl: "bctrl", bolna: "Bolna" }[vendor];
    const [body, flaw] = endless[vendor];
    const { id } = emulator[vendor].seed({ name: "Acme" });
    const fault = { kind: "status", when: "before", status: 200, body } as const;
    emulator.fault({ vendor, method: "GET", path, times: 99, fault });
    const why = `its list of sub-accounts ${flaw}, so some may be missing from it.`;
    await expect(ask(vendor, "getSubAccount", { name: "Acme" })).rejects.toThrow(
      `Could not tell whether ${title} has one sub-account with the name "Acme": ${why} Pass its id, or run this again`,
    );
    await expect(ask(vendor, "listSubAccounts")).rejects.toThrow(
      `Could not tell whether ${title} has more sub-accounts: ${why} Run this again`,
    );
    for (const name of ["getSubAccount", "getUsage"] as const) {
      await expect(ask(vendor, name, { id: NO_UUID })).rejects.toThrow(
        `Could not tell whether ${title} has the sub-account "${NO_UUID}": ${why}`,
      );
    }
    if (vendor !== "bolna") expect(await ask(vendor, "getSubAccount", { id })).toMatchObject({ id });
  });

  it("at bctrl also where its filter is asked", async () => {
    emulator.bctrl.seed({ name: "Acme", externalId: "acme" });
    const body = { data: [], nextCursor: "again" };
    const fault = { kind: "status", when: "before", status: 200, body } as const;
    emulator.fault({ vendor: "bctrl", method: "GET", path, times: 99, fault });
    await expect(ask("bctrl", "getSubAccount", { externalId: "acme" })).rejects.toThrow(
      'Could not tell whether bctrl has one sub-account with the externalId "acme"',
    );
  });

  it("and fails although one account is shown, since another may be missing", async () => {
    const { id } = emulator.zavu.seed({ name: "Acme", status: "inactive" });
    const [item] = emulator.zavu.accounts();
    const body = { items: [item], nextCursor: "again" };
    const fault = { kind: "status", when: "before", status: 200, body } as const;
    emulator.fault({ vendor: "zavu", method: "GET", path, times: 99, fault });
    await expect(ask("zavu", "getSubAccount", { name: "Acme" })).rejects.toThrow(/^Could not tell/);
    expect(await ask("zavu", "getSubAccount", { id })).toMatchObject({ id });
  });

  it("but reads it again, and answers once it is complete", async () => {
    for (const vendor of ["zavu", "bctrl", "bolna"] as const) {
      emulator[vendor].seed({ name: "Acme" });
      const fault = { kind: "status", when: "before", status: 200, body: endless[vendor][0] } as const;
      const times = vendor === "bolna" ? 10 : 2;
      emulator.fault({ vendor, method: "GET", path, times, fault });
      expect(await ask(vendor, "getSubAccount", { name: "Acme" })).toMatchObject({ name: "Acme" });
      expect(await ask(vendor, "listSubAccounts")).toHaveLength(1);
    }
  });
});

describe("an account for which the vendor answers 404", () => {
  const gone = (vendor: "zavu" | "bctrl") => ({
    vendor,
    method: "GET",
    fault: { kind: "status", when: "before", status: 404 } as const,
  });

  it.each(["zavu", "bctrl"] as const)(
    "is looked for in a list of %s that is begun after that",
    async (vendor) => {
      await ask(vendor, "listSubAccounts");
      const { id } = emulator[vendor].seed({ name: "Acme" });
      emulator.fault({ ...gone(vendor), path: new RegExp(`/${id}$`) });
      expect(await ask(vendor, "getSubAccount", { id })).toMatchObject({ id, name: "Acme" });
    },
  );

  it.each(["zavu", "bctrl"] as const)(
    "is not said to be none at %s because its usage is not found",
    async (vendor) => {
      const { id } = emulator[vendor].seed({ name: "Acme" });
      const path = vendor === "zavu" ? /\/balance$/ : new RegExp(`/${id}$`);
      emulator.fault({ ...gone(vendor), path });
      await expect(ask(vendor, "getUsage", { id })).rejects.toThrow(
        `has the sub-account "${id}" and answers that it has none when its usage is read`,
      );
    },
  );
});

describe("the lookups of one program share a listing", () => {
  const many = (vendor: string, args: (index: number) => object, count = 1_000) =>
    Promise.all(each(count).map((index) => ask(vendor, "getSubAccount", args(index))));

  it("so that a thousand by externalId cost no more calls than there are pages", async () => {
    emulator.zavu.seedMany(1_000, (index) => ({ name: `T${index}`, externalId: `t${index}` }));
    await many("zavu", (index) => ({ externalId: `t${index}` }));
    await many("zavu", (index) => ({ name: `T${index}` }));
    expect(await ask("zavu", "listSubAccounts")).toHaveLength(1_000);
    expect(calls()).toBe(10);
  });

  it("and at bctrl no more than twice that, since the filter is asked until the listing is read", async () => {
    emulator.bctrl.seedMany(1_000, (index) => ({ name: `T${index}`, externalId: `t${index}` }));
    await many("bctrl", (index) => ({ externalId: `t${index}` }));
    expect(calls()).toBeLessThanOrEqual(10);
  });

  it("and at bctrl few among very many cost no more than twice what the filter alone would", async () => {
    emulator.bctrl.seedMany(5_000, (index) => ({ externalId: `t${index}` }));
    await many("bctrl", (index) => ({ externalId: `t${index}` }), 3);
    expect(calls()).toBe(6);
  });

  it("and by id, too", async () => {
    emulator.zavu.seedMany(1_000);
    const ids = emulator.zavu.accounts().map(({ id }) => id);
    await many("zavu", (index) => ({ id: ids[index] }));
    expect(calls()).toBe(10);
  });

  it("at Bolna as well, which answers with everything at once", async () => {
    emulator.bolna.seedMany(1_000, (index) => ({ name: `T${index}` }));
    await many("bolna", (index) => ({ name: `T${index}` }));
    expect(calls()).toBe(1);
  });

  it("and one for each connection", async () => {
    const { url: baseUrl } = emulator.zavu;
    const connections = { eu: { vendor: "zavu", apiKey: emulator.zavu.apiKey, baseUrl: `${baseUrl}/` } };
    begin({ config: { "subaccounts:connections": JSON.stringify(connections) } });
    emulator.zavu.seed({ name: "Acme" });
    // The same vendor and key by another name.
    await ask("zavu", "getSubAccount", { name: "Acme", connection: "eu" });
    await ask("zavu", "getSubAccount", { name: "Acme" });
    expect(calls()).toBe(1);
  });
});

describe("usage", () => {
  it("at Zavu is what the account has spent, its cap and the team's balance, in cents", async () => {
    const { id } = emulator.zavu.seed({ creditLimit: 5_000, totalSpent: 1_234 });
    expect(await ask("zavu", "getUsage", { id })).toEqual({
      id,
      totalSpentCents: 1_234,
      creditLimitCents: 5_000,
      balanceCents: 998_766,
      currency: "usd",
    });
    emulator.zavu.change(id, { creditLimit: null, totalSpent: 1_300 });
    expect(await ask("zavu", "getUsage", { id })).toMatchObject({
      totalSpentCents: 1_300,
      creditLimitCents: null,
    });
  });

  it.each(["2026-10-03", "v1", "v2"])(
    "at bctrl is of the billing cycle, in the API version %s",
    async (version) => {
      begin({ env: { BCTRL_API_VERSION: version } });
      const { id } = emulator.bctrl.seed({ limits: { maxActiveRuns: 5, monthlyCreditLimit: 20_000 } });
      emulator.bctrl.setUsage(id, { usedCredits: 12.5, activeRuns: 2, usedSpaces: 1 });
      const all = {
        id,
        computedAt: NOW.toISOString(),
        periodStartedAt: "2026-03-01T00:00:00.000Z",
        periodEndsAt: "2026-04-01T00:00:00.000Z",
        usedCredits: 12.5,
        limitCredits: 20_000,
        activeRuns: 2,
        limitRuns: 5,
        usedSpaces: 1,
        limitSpaces: null,
      };
      const more = {
        remainingCredits: 19_987.5,
        estimatedCredits: 0,
        settledCredits: 12.5,
        creditsByUse: expect.objectContaining({ browserCredits: 12.5, aiCredits: 0 }),
        isBlocked: false,
        blockedReasons: [],
      };
      const usage = await ask("bctrl", "getUsage", { id });
      expect(usage).toEqual(version === "2026-10-03" ? all : { ...all, ...more });
      expect(sent()).toEqual([`GET /v1/subaccounts/${id}`]);
      emulator.bctrl.archive(id);
      expect(await ask("bctrl", "getUsage", { id })).toMatchObject({ usedCredits: 12.5 });
    },
  );

  it("at Bolna is of a window, in seconds and cents", async () => {
    const { id } = emulator.bolna.seed();
    emulator.bolna.setUsage(id, {
      total_records: 3,
      total_duration: 61.5,
      total_cost: 7.25,
      total_platform_cost: 6,
      total_telephony_cost: 1.25,
      status_map: { completed: 2, busy: 1 },
    });
    const usage = {
      id,
      from: "2026-03-01T00:00:00.000000",
      to: "2026-03-10T23:59:59.999000",
      totalRecords: 3,
      totalDurationSeconds: 61.5,
      totalCostCents: 7.25,
      totalPlatformCostCents: 6,
      totalTelephonyCostCents: 1.25,
      recordsByStatus: { completed: 2, busy: 1 },
    };
    expect(await ask("bolna", "getUsage", { id })).toEqual(usage);
    const window = { from: "2026-01-01T00:00:00Z", to: "2026-02-01T00:00:00Z" };
    expect(await ask("bolna", "getUsage", { id, ...window })).toMatchObject({
      from: "2026-01-01T00:00:00.000000",
      to: "2026-02-01T00:00:00.000000",
    });
  });

  it.each([
    ["zavu", {}, { id: "a", creditLimitCents: null }],
    ["zavu", { balance: 7, news: [] }, { id: "a", balanceCents: 7, creditLimitCents: null }],
    ["bctrl", { id: "a", usage: {} }, { id: "a" }],
    [
      "bctrl",
      { id: "a", usage: { credits: { used: 1, limit: null }, runs: {}, more: 1 } },
      { id: "a", usedCredits: 1, limitCredits: null },
    ],
    ["bolna", {}, { id: "a" }],
    ["bolna", { total_cost: null, llm_cost_map: {} }, { id: "a" }],
  ])("that %s leaves out is left out, and nothing is guessed", async (vendor, body, expected) => {
    emulator.fault({ fault: { kind: "status", when: "before", status: 200, body } });
    expect(await ask(vendor, "getUsage", { id: "a" })).toEqual(expected);
  });
});

describe("a lookup", () => {
  it("reads the settings of the provider: config before environment, and named connections", async () => {
    emulator.zavu.seed({ name: "Acme" });
    const { url, apiKey } = emulator.zavu;
    begin({ config: { "subaccounts:zavuApiKey": "zv_live_canary" } });
    const refused = ask("zavu", "listSubAccounts");
    await expect(refused).rejects.toThrow(
      /answered 401.*The key came from the config key subaccounts:zavuApiKey/,
    );
    await expect(refused).rejects.not.toThrow(/canary/);
    const config = {
      "subaccounts:connections": JSON.stringify({ eu: { vendor: "zavu", apiKey, baseUrl: url } }),
    };
    begin({ config, env: { ZAVUDEV_API_KEY: "", ZAVU_BASE_URL: "http://127.0.0.1:1" } });
    expect(await ask("zavu", "listSubAccounts", { connection: "eu" })).toHaveLength(1);
    await expect(ask("zavu", "listSubAccounts")).rejects.toThrow(/there is no API key.*ZAVUDEV_API_KEY/);
    await expect(ask("zavu", "getUsage", { id: "a", connection: "us" })).rejects.toThrow(
      /there is no connection "us".*there are: eu/,
    );
  });

  it("is tried again after a fault, and shows no key that the vendor repeats", async () => {
    emulator.zavu.seed({ name: "Acme" });
    emulator.fault({ method: "GET", times: 2, fault: { kind: "status", when: "before", status: 500 } });
    expect(await ask("zavu", "listSubAccounts")).toHaveLength(1);
    begin();
    const body = { message: `refused ${emulator.zavu.apiKey}` };
    emulator.fault({ method: "GET", times: 9, fault: { kind: "status", when: "before", status: 400, body } });
    await expect(ask("zavu", "listSubAccounts")).rejects.toThrow(
      'Zavu could not list the sub-accounts: GET /v1/sub-accounts answered 400 "refused [secret]"',
    );
  });

  it("waits for the rate limit, and tells so", async () => {
    emulator.zavu.seed({ name: "Acme" });
    const headers = { "retry-after": "12" };
    emulator.fault({ fault: { kind: "status", when: "before", status: 429, headers } });
    expect(await ask("zavu", "listSubAccounts")).toHaveLength(1);
    expect(told).toEqual(["Zavu: rate limited, continuing in 12 s, 0 done"]);
  });

  it("sends nothing but reads", async () => {
    for (const vendor of ["zavu", "bctrl", "bolna"] as const) {
      const { id } = emulator[vendor].seed({ name: "Acme" });
      await ask(vendor, "getSubAccount", { name: "Acme" });
      await ask(vendor, "listSubAccounts");
      await ask(vendor, "getUsage", { id });
    }
    expect(emulator.requests.filter(({ method }) => method !== "GET")).toEqual([]);
  });

  it("refuses an id that would lead out of the accounts", async () => {
    await expect(ask("zavu", "getUsage", { id: ".." })).rejects.toThrow(/names nothing at a vendor/);
    expect(calls()).toBe(0);
  });
});

describe.each(VENDORS)("the accounts that remain of a customer who has left, at %s", (vendor) => {
  const { isMarked } = subjectOf(vendor);
  const customer = { name: "Acme", ...(isMarked && { externalId: "tenant-acme" }) };
  const wanted = isMarked ? { externalId: "tenant-acme" } : { name: "Acme" };
  const marker = { ...stamp, fleet: "f" };
  const seed = (more: object = {}) => handleOf(emulator, vendor).seed({ ...customer, ...more }).id;

  it("are found by id and by identity, with the owner and the fleet in their markers", async () => {
    const id = seed(isMarked ? { metadata: { "pulumi-subaccounts": marker } } : {});
    handleOf(emulator, vendor).seed({ name: "Beta" });
    const found = [isMarked ? { id, owner: "o", fleet: "f" } : { id, owner: undefined, fleet: undefined }];
    expect(await ask(vendor, "listRemaining", wanted)).toEqual(found);
    expect(await ask(vendor, "listRemaining", { id })).toEqual(found);
    expect(await ask(vendor, "listRemaining", { ...wanted, id: NO_UUID })).toEqual([]);
  });

  it("cannot be told where the list has no end", async () => {
    seed();
    const empty = subjectOf(vendor).emptyPage;
    // Every member that may say that there is more.
    const more = { nextCursor: "again", hasMore: true, has_more: true };
    const cursors = Object.entries(Object(empty)).flatMap(([name, value]) =>
      value === null ? [[name, "again"]] : [],
    );
    const body = { data: [], sub_accounts: [], ...Object(empty), ...Object.fromEntries(cursors), ...more };
    emulator.fault({
      vendor,
      method: "GET",
      times: 99,
      fault: { kind: "status", when: "before", status: 200, body },
    });
    await expect(ask(vendor, "listRemaining", wanted)).rejects.toThrow(
      /Could not tell whether \S+ still has an account of a customer who has left/,
    );
  });
});

it.each(VENDORS.filter((vendor) => subjectOf(vendor).isMarked))(
  "whether an account of %s remains cannot be told in a recovery where nothing of the fleet is shown",
  async (vendor) => {
    const untold =
      /shows no sub-account of the fleet f that is to be recovered, so this may be the key of another/;
    const sought = { externalId: "tenant-acme", fleet: "f" };
    await expect(ask(vendor, "listRemaining", sought)).rejects.toThrow(untold);
    const { id } = handleOf(emulator, vendor).seed({ name: "Beta", externalId: "tenant-beta" });
    begin();
    await expect(ask(vendor, "listRemaining", sought)).rejects.toThrow(untold);
    handleOf(emulator, vendor).change(id, { metadata: { "pulumi-subaccounts": { ...stamp, fleet: "f" } } });
    begin();
    expect(await ask(vendor, "listRemaining", sought)).toEqual([]);
  },
);

it.each([
  [{}, []],
  [{ suspended: true }, ["found"]],
])(
  "an inactive account of Zavu remains only where its marker says that it is suspended (%j)",
  async (more, found) => {
    const metadata = { "pulumi-subaccounts": { ...stamp, ...more } };
    emulator.zavu.seed({ name: "Acme", externalId: "tenant-acme", status: "inactive", metadata });
    const remaining = await ask("zavu", "listRemaining", { externalId: "tenant-acme" });
    expect((remaining as unknown[]).map(() => "found")).toEqual(found);
  },
);
