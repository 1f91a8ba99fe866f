import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Values } from "../../provider/core/contract/resource";
import { Stack } from "../support/stack";
import { merged, subjects } from "../vendors/index.mts";
import { nonceAtVendor } from "./sub-account.contract";

const TYPE = "bctrl.SubAccount";
const URN = "urn:pulumi:dev::test::pulumi-nodejs:dynamic/subaccounts/bctrl:SubAccount::acme";
const marker = (nonce: string, more: object = {}) => ({
  "pulumi-subaccounts": { v: 1, owner: "owner-of-this-stack", urn: URN, nonce, ...more },
});
const metadata = { tier: "gold", seats: 3 };
const full = { name: "Acme Corp", ...subjects.bctrl.full };
const limits = { maxActiveRuns: 5, maxSpaces: 2, monthlyCreditLimit: 20_000.5 };
const minimal = { name: "Acme Corp" };
const withLimits = (more: object) => merged(full, { limits: more });

describe("at bctrl", () => {
  let stack: Stack;
  beforeEach(async () => {
    stack = await Stack.open();
  });
  afterEach(() => stack.close());
  const id = () => stack.resource(TYPE).id;
  const account = () => stack.emulator.bctrl.accounts().find((each) => each.id === id());
  const active = () => stack.emulator.bctrl.accounts().filter(({ status }) => status === "active");
  const speak = (version: string) => {
    stack.env["BCTRL_API_VERSION"] = version;
  };

  it("gives status, default space and time, and no key", async () => {
    await stack.up(TYPE, full);
    expect(stack.resource(TYPE).outputs).toEqual({
      ...full,
      __nonce: expect.any(String),
      status: "active",
      defaultSpaceId: account()?.defaultSpaceId,
      createdAt: account()?.createdAt,
    });
  });

  describe("the current version", () => {
    it("is in the header of every request, and the create carries the id of its marker", async () => {
      await stack.up(TYPE, full);
      await stack.up(TYPE, { ...full, name: "New" });
      await stack.refresh(TYPE);
      await stack.destroy(TYPE);
      const { requests } = stack.emulator;
      expect(new Set(requests.map(({ headers }) => headers["bctrl-version"]))).toEqual(
        new Set(["2026-10-03"]),
      );
      const create = requests.find(({ method, path }) => method === "POST" && path === "/v1/subaccounts");
      const body = create?.body as { metadata: Record<string, { nonce: string }> };
      expect(create?.headers["idempotency-key"]).toBe(
        body.metadata["pulumi-subaccounts"]?.nonce.split(".")[0],
      );
    });

    it("repeats a create only with the same key, and a new create has a new one", async () => {
      stack.emulator.fault({
        method: "POST",
        path: "/v1/subaccounts",
        fault: { kind: "drop", when: "before" },
      });
      await stack.up(TYPE, full);
      await stack.destroy(TYPE);
      await stack.up(TYPE, full);
      const keys = stack.emulator.requests
        .filter(({ method, path }) => method === "POST" && path === "/v1/subaccounts")
        .map(({ headers }) => headers["idempotency-key"]);
      expect(keys).toHaveLength(3);
      expect(keys[0]).toBe(keys[1]);
      expect(keys[2]).not.toBe(keys[0]);
      expect(active()).toHaveLength(1);
    });

    it.each([
      "idempotency_key_in_progress",
      "idempotency_key_uncertain",
      "idempotency.finalization_uncertain",
      "idempotency.reconciliation_required",
      "idempotency.not_replayable",
    ])("reads back, and sends nothing again, after a 409 %s", async (code) => {
      const body = {
        error: { code, message: "in doubt", reasonClass: "conflict", requestId: "r1", hint: "" },
      };
      stack.emulator.fault({
        method: "POST",
        path: "/v1/subaccounts",
        fault: { kind: "status", when: "after", status: 409, body },
      });
      await stack.up(TYPE, full);
      expect(active()).toHaveLength(1);
      expect(stack.writes()).toHaveLength(1);
    });

    it("never takes an account for another one that has its id for a name", async () => {
      const seeded = stack.emulator.bctrl.seed({ name: "Acme" });
      await expect(stack.up(TYPE, { ...full, adopt: "Acme Corp" })).rejects.toThrow(
        "adopt holds a blank, which no id has",
      );
      await expect(stack.up(TYPE, { ...full, adopt: "Acme" })).rejects.toThrow(
        /the 200 reply to GET \S+ is about another id, /,
      );
      expect(active().map((each) => each.id)).toEqual([seeded.id]);
      expect(stack.writes()).toEqual([]);
    });
  });

  it.each([
    ["2026-10-03", "nested"],
    ["v1", "flat"],
  ])("shows code, words, request id and hint of an error of %s, which is %s", async (version) => {
    speak(version);
    stack.emulator.bctrl.switches.duplicateExternalId = 409;
    stack.emulator.bctrl.seed({ externalId: "tenant-acme", status: "archived" });
    await expect(stack.up(TYPE, full)).rejects.toThrow(
      /POST \/v1\/subaccounts answered 409 subaccount\.conflict ".+" \(request req_\w+\)\. .*use another externalId$/,
    );
  });

  it("says which API versions there are, and where the wrong one came from", async () => {
    speak("v3");
    await expect(stack.preview(TYPE, full)).rejects.toThrow(
      /the API version from the environment variable BCTRL_API_VERSION is not supported; use one of 2026-10-03, 2026-10-01, v1, v2/,
    );
    speak("v2");
    stack.config = { "subaccounts:bctrlApiVersion": "v1" };
    expect(await stack.preview(TYPE, full)).toBe("create");
  });

  it.each([
    ["2026-10-03", "2026-10-03"],
    ["2026-10-01", "2026-10-01"],
    ["v1", undefined],
  ])("asks for the version %s by the header %s", async (version, header) => {
    speak(version);
    stack.emulator.clearRequests();
    await stack.up(TYPE, full);
    expect(await stack.refresh(TYPE)).toBe("same");
    expect(new Set(stack.emulator.requests.map(({ headers }) => headers["bctrl-version"]))).toEqual(
      new Set([header]),
    );
    const create = stack.emulator.requests.find(({ method }) => method === "POST");
    expect(create?.headers["idempotency-key"] !== undefined).toBe(version !== "v1");
  });

  it("has agents' keys, which are named when it is archived", async () => {
    const { id: adopt } = stack.emulator.bctrl.seed({ name: "Acme" });
    stack.emulator.bctrl.seed({ name: "Other" });
    const { id: key } = stack.emulator.bctrl.addKey(adopt, { name: "helper", type: "agent" });
    const told = `bctrl: the sub-account ${adopt} also has agents' keys, "helper" (${key}), which pulumi-subaccounts does not manage`;
    await stack.up(TYPE, { name: "Acme", adopt });
    expect(stack.printed).toEqual([]);
    await stack.destroy(TYPE);
    expect(stack.printed).toContain(`${told}. Look at them once it is ended`);
    expect(active()).toMatchObject([{ name: "Other" }]);
  });

  it("is archived although its agents' keys cannot be listed, which is said", async () => {
    await stack.up(TYPE, full);
    stack.emulator.fault({
      method: "GET",
      path: "/v1/api-keys",
      fault: { kind: "status", when: "before", status: 403, body: { error: { code: "x", message: "no" } } },
    });
    await stack.destroy(TYPE);
    expect(stack.printed.join()).toMatch(
      /whether anything else acts for the sub-account .* could not be told: .*403/,
    );
    expect(active()).toEqual([]);
  });

  it("is archived although the list of its agents' keys is cut, which is said", async () => {
    await stack.up(TYPE, full);
    stack.emulator.fault({
      method: "GET",
      path: "/v1/api-keys",
      fault: { kind: "status", when: "before", status: 200, body: { data: [], hasMore: true } },
    });
    await stack.destroy(TYPE);
    expect(stack.printed.join()).toMatch(
      /could not be told: the key listing says that there is more and gives/,
    );
    expect(active()).toEqual([]);
  });

  it("is archived outside: refresh drops it, and up makes a new one", async () => {
    await stack.up(TYPE, full);
    const before = id();
    stack.emulator.bctrl.archive(before);
    expect(await stack.refresh(TYPE)).toBe("gone");
    await stack.up(TYPE, full);
    expect(active().map((each) => each.id)).toEqual([id()]);
    expect(id()).not.toBe(before);
  });

  it.each([
    ["shows", "ok", /the sub-account \S+ has the status "archived"\. Nothing was sent/],
    ["does not know", 404, /has no sub-account ".+" that adopt could take over.*not archived/],
  ] as const)(
    "adopts no archived account, which GET %s: there is no way back",
    async (_what, getArchived, message) => {
      stack.emulator.bctrl.switches.getArchived = getArchived;
      const { id: archived } = stack.emulator.bctrl.seed({ name: full.name, status: "archived" });
      await expect(stack.up(TYPE, { ...full, adopt: archived })).rejects.toThrow(message);
      expect(stack.writes()).toEqual([]);
    },
  );

  it.each([
    ["every reply", {}],
    ["replies that leave unset fields out", { unsetReadsAs: "absent" }],
    ["listings without metadata", { metadataShownIn: "single reads" }],
    ["a vendor that merges metadata", { metadata: "merge" }],
    ["a filter that is not exact", { externalIdFilter: "prefix" }],
    ["an archived account that GET does not know", { getArchived: 404, secondArchive: 404 }],
    ["pages of one", { pageSize: 1 }],
    ["a last cursor that is empty", { lastPageCursor: "" }],
    ["limits that a PATCH replaces", { limits: "replace" }],
  ] as const)("works with %s", async (_what, switches) => {
    Object.assign(stack.emulator.bctrl.switches, switches);
    stack.emulator.bctrl.seed({ name: "Foreign", externalId: "tenant-acme-2" });
    await stack.up(TYPE, full);
    expect(await stack.refresh(TYPE)).toBe("same");
    const to = { ...withLimits({ maxSpaces: 7 }), externalId: undefined, metadata: { tier: "silver" } };
    await stack.up(TYPE, to);
    expect(account()).toMatchObject({
      externalId: null,
      limits: { ...limits, maxSpaces: 7 },
      metadata: { tier: "silver", "pulumi-subaccounts": expect.anything() },
    });
    expect(await stack.refresh(TYPE)).toBe("same");
    expect(await stack.preview(TYPE, to)).toBe("same");
    await stack.destroy(TYPE);
    expect(active()).toHaveLength(1);
  });

  it("creates nothing while the cursor of the listing repeats, which ends nowhere", async () => {
    stack.emulator.bctrl.seedMany(5);
    Object.assign(stack.emulator.bctrl.switches, { repeatCursor: true, pageSize: 2 });
    await expect(stack.up(TYPE, full)).rejects.toThrow(
      /cannot be told.*listing of the accounts is incomplete/,
    );
    expect(stack.writes()).toEqual([]);
  });

  it("keeps a limit that nobody declared when another one changes", async () => {
    stack.emulator.bctrl.switches.limits = "replace";
    await stack.up(TYPE, { ...minimal, limits: { maxSpaces: 2 } });
    stack.emulator.bctrl.change(id(), { limits: { maxActiveRuns: 9 } });
    await stack.up(TYPE, { ...minimal, limits: { maxSpaces: 3 } });
    expect(account()?.limits).toEqual({ maxActiveRuns: 9, maxSpaces: 3, monthlyCreditLimit: null });
  });

  it("finds an account of ours without externalId by its marker", async () => {
    stack.emulator.fault({ method: "POST", path: "/v1/subaccounts", fault: { kind: "drop", when: "after" } });
    await stack.up(TYPE, minimal);
    expect(active().map((each) => each.id)).toEqual([id()]);
  });

  it("refreshes many accounts with few listings", async () => {
    for (let index = 0; index < 25; index++) {
      await stack.up(TYPE, { name: `T${index}`, externalId: `t${index}` }, { name: `t${index}` });
    }
    stack.emulator.bctrl.switches.pageSize = 10;
    stack.emulator.clearRequests();
    await stack.operation(async () => {
      for (let index = 0; index < 25; index++) expect(await stack.refresh(TYPE, `t${index}`)).toBe("same");
    });
    const listings = stack.emulator.requests.filter(({ path }) => path === "/v1/subaccounts");
    expect(listings).toHaveLength(3);
    // An account that is not on the pages read so far is read by itself.
    expect(stack.emulator.requests.length - listings.length).toBeLessThanOrEqual(3);
  });

  describe("v2", () => {
    const v2: Values = {
      ...full,
      limits: { runs: { max: 5 }, spend: { monthly: 20, unit: "usd" }, spaces: null },
    };
    beforeEach(() => speak("v2"));

    it("creates by its own path, and sets limits by a second call, which nothing shows", async () => {
      await stack.up(TYPE, v2);
      expect(stack.writes()).toEqual([
        {
          call: "POST /v2/subaccounts",
          body: {
            name: "Acme Corp",
            externalId: "tenant-acme",
            metadata: { ...metadata, ...marker(nonceAtVendor(stack, TYPE)) },
          },
        },
        {
          call: `PATCH /v2/subaccounts/${id()}/limits`,
          body: { runs: { max: 5 }, spend: { monthly: 20, unit: "usd" } },
        },
      ]);
      expect(stack.resource(TYPE).outputs).toMatchObject({
        ...v2,
        slug: "acme-corp",
        defaultSpaceId: account()?.defaultSpaceId,
      });
      expect(account()?.v2Limits).toEqual({
        runs: { max: 5 },
        spaces: null,
        spend: { monthly: 20, unit: "usd" },
      });
    });

    it("sends nothing in a second up, and keeps limits and slug over a refresh", async () => {
      await stack.up(TYPE, v2);
      const before = stack.resource(TYPE).outputs;
      stack.emulator.clearRequests();
      expect(await stack.up(TYPE, v2)).toBe("same");
      expect(await stack.refresh(TYPE)).toBe("same");
      expect(await stack.up(TYPE, v2)).toBe("same");
      expect(stack.writes()).toEqual([]);
      expect(stack.resource(TYPE).outputs).toEqual(before);
    });

    it.each([
      [
        "a limit",
        { ...v2, limits: { runs: { max: 6 }, spend: { monthly: 20, unit: "usd" }, spaces: null } },
        ["limits", { runs: { max: 6 } }],
      ],
      [
        "a limit taken out",
        { ...v2, limits: { spend: { monthly: 20, unit: "usd" }, spaces: null } },
        ["limits", { runs: null }],
      ],
      ["the name alone", { ...v2, name: "New" }, ["", { name: "New" }]],
    ] as const)("changes %s with one call, of just what changed", async (_what, to, [where, body]) => {
      await stack.up(TYPE, v2);
      stack.emulator.clearRequests();
      await stack.up(TYPE, to);
      const path = where === "limits" ? `/v2/subaccounts/${id()}/limits` : `/v1/subaccounts/${id()}`;
      expect(stack.writes()).toEqual([{ call: `PATCH ${path}`, body }]);
      expect(await stack.preview(TYPE, to)).toBe("same");
    });

    it("saves a limit that was refused as not set, and the next up sets it", async () => {
      stack.emulator.fault({
        method: "PATCH",
        path: "/v2/subaccounts/{id}/limits",
        fault: { kind: "status", when: "before", status: 402 },
      });
      await expect(stack.up(TYPE, v2)).rejects.toThrow(/could not set the limits of the sub-account.*402/);
      expect(stack.resource(TYPE).failed).toHaveLength(1);
      expect(account()?.v2Limits).toEqual({ runs: null, spaces: null, spend: null });
      expect(await stack.up(TYPE, v2)).toBe("update");
      expect(account()?.v2Limits).toMatchObject({ runs: { max: 5 } });
      expect(await stack.up(TYPE, v2)).toBe("same");
      expect(active()).toHaveLength(1);
    });

    it("saves what the first of two calls of an update did, when the second is refused", async () => {
      await stack.up(TYPE, v2);
      stack.emulator.fault({
        method: "PATCH",
        path: "/v2/subaccounts/{id}/limits",
        fault: { kind: "status", when: "before", status: 402 },
      });
      const to = { ...v2, name: "New", limits: { runs: { max: 6 } } };
      await expect(stack.up(TYPE, to)).rejects.toThrow(/402/);
      expect(stack.resource(TYPE).outputs).toMatchObject({
        name: "New",
        limits: { runs: { max: 5 }, spend: { monthly: 20, unit: "usd" } },
      });
      stack.emulator.clearRequests();
      await stack.up(TYPE, to);
      expect(stack.writes().map(({ body }) => body)).toEqual([{ runs: { max: 6 }, spend: null }]);
      expect(await stack.preview(TYPE, to)).toBe("same");
    });

    it.each([
      ["dropped", { kind: "drop", when: "after" }],
      ["a 500", { kind: "status", when: "after", status: 500 }],
      ["cut short", { kind: "truncate" }],
    ] as const)("makes one account with its limits when a reply is %s", async (_what, fault) => {
      stack.emulator.fault({ method: "POST", path: "/v2/subaccounts", fault });
      stack.emulator.fault({ method: "PATCH", path: "/v2/subaccounts/{id}/limits", fault });
      await stack.up(TYPE, v2);
      expect(active().map((each) => each.id)).toEqual([id()]);
      expect(account()?.v2Limits).toMatchObject({ runs: { max: 5 } });
      expect(await stack.up(TYPE, v2)).toBe("same");
    });

    it("adopts, sets all declared limits, archives, and is looked for as in the other versions", async () => {
      const seeded = stack.emulator.bctrl.seed({ name: "Acme Corp" });
      await stack.up(TYPE, { ...v2, adopt: seeded.id });
      expect(account()).toMatchObject({ externalId: "tenant-acme", v2Limits: { runs: { max: 5 } } });
      await expect(stack.up(TYPE, v2, { name: "other" })).rejects.toThrow(
        /already has an active sub-account/,
      );
      await stack.destroy(TYPE);
      expect(active()).toEqual([]);
    });

    it("refuses limits in the wrong version's shape, in the preview", async () => {
      await expect(stack.preview(TYPE, full)).rejects.toThrow(
        /limits.maxActiveRuns is not of the API version v2, which has limits.runs, limits.spaces, limits.spend/,
      );
      speak("v1");
      await expect(stack.preview(TYPE, v2)).rejects.toThrow(
        /limits.runs is not of the API version v1, which has limits.maxActiveRuns.*subaccounts:bctrlApiVersion/,
      );
      expect(stack.emulator.requests).toEqual([]);
    });

    it("can be taken up and left: limits of the other version are cleared by it, or their change is refused", async () => {
      speak("v1");
      await stack.up(TYPE, full);
      const before = id();
      speak("v2");
      await stack.up(TYPE, v2);
      expect(account()).toMatchObject({
        limits: { maxActiveRuns: null, maxSpaces: null, monthlyCreditLimit: null },
        v2Limits: { runs: { max: 5 } },
      });
      speak("2026-10-03");
      await expect(stack.preview(TYPE, full)).rejects.toThrow(
        /limits.runs cannot be taken out in the API version 2026-10-03: it was set by v2, which alone can clear it/,
      );
      speak("v2");
      await stack.up(TYPE, { ...full, limits: undefined });
      expect(account()?.v2Limits).toEqual({ runs: null, spaces: null, spend: null });
      speak("2026-10-03");
      await stack.up(TYPE, full);
      expect(account()?.limits).toEqual(limits);
      expect(await stack.refresh(TYPE)).toBe("same");
      expect(await stack.up(TYPE, full)).toBe("same");
      expect(id()).toBe(before);
    });
  });
});
