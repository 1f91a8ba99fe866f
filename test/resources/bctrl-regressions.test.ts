import { afterEach, describe, expect, it } from "vitest";
import type { EmulatorOptions } from "../../emulator";
import type { Values } from "../../provider/core/contract/resource";
import { Stack, type TypeName } from "../support/stack";

const TYPE = "bctrl.SubAccount";
const acme = { name: "Acme", externalId: "acme" };
const PATCH_LIMITS = { method: "PATCH", path: "/v2/subaccounts/{id}/limits" };
const PATCH = { method: "PATCH", path: "/v1/subaccounts/{id}" };
const GET = { method: "GET", path: "/v1/subaccounts/{id}" };

/** Each of these once cost a customer, a limit or a key. */
describe("a bctrl account, limit or key that was nearly lost", () => {
  let stack: Stack;
  afterEach(() => stack?.close());
  const open = async (options: EmulatorOptions = {}, version = "2026-10-03") => {
    stack = await Stack.open(options);
    stack.env["BCTRL_API_VERSION"] = version;
  };
  const bctrl = () => stack.emulator.bctrl;
  const account = (id = stack.resource(TYPE).id) => {
    const found = bctrl()
      .accounts()
      .find((each) => each.id === id);
    if (found === undefined) throw new Error("no account");
    return found;
  };
  const active = () =>
    bctrl()
      .accounts()
      .filter(({ status }) => status === "active");
  /** The resource gets another name by an alias: the engine moves its state, and calls nothing but check and diff. */
  const rename = async (type: TypeName, args: Values, to: string) => {
    stack.resources.set(`${type} ${to}`, stack.resource(type));
    stack.resources.delete(`${type} acme`);
    expect(await stack.up(type, args, { name: to, aliases: ["acme"] })).toBe("same");
  };

  describe("through a forced replacement after a rename with an alias", () => {
    it.each([
      ["bctrl.SubAccount", acme, { name: "Acme", externalId: "other" }],
      ["bctrl.SubAccount", { name: "Acme" }, { name: "Other" }],
      ["zavu.SubAccount", acme, { name: "Acme", externalId: "other" }],
      [
        "bolna.SubAccount",
        { name: "Acme", allowConcurrentCalls: 1, deletionPolicy: "delete" },
        { name: "Other", allowConcurrentCalls: 1, deletionPolicy: "delete" },
      ],
    ] as const)("and a changed identity: %s %j", async (type, from, to) => {
      await open();
      await stack.up(type, from);
      const { id } = stack.resource(type);
      await rename(type, from, "renamed");
      await stack.up(type, to, { name: "renamed", replace: true, aliases: ["acme"] }).catch(() => undefined);
      const [vendor] = type.split(".") as ["bctrl" | "zavu" | "bolna"];
      const accounts = stack.emulator[vendor].accounts() as readonly { id: string; status?: string }[];
      expect(accounts.find((each) => each.id === id)).toMatchObject(
        vendor === "bolna" ? { id } : { id, status: "active" },
      );
    });

    it("with nothing else: the account is taken over as without the rename", async () => {
      await open();
      await stack.up(TYPE, acme);
      const { id } = stack.resource(TYPE);
      await rename(TYPE, acme, "renamed");
      await stack.up(TYPE, acme, { name: "renamed", replace: true, aliases: ["acme"] });
      expect(stack.resource(TYPE, "renamed").id).toBe(id);
    });
  });

  it.each([
    ["a forced replacement", false],
    ["a create whose reply was lost, in v1", true],
  ])("has no externalId, in a listing without metadata, and is not doubled by %s", async (_what, isLost) => {
    await open({ bctrl: { metadataShownIn: "single reads" } }, "v1");
    if (isLost) {
      stack.emulator.fault({
        method: "POST",
        path: "/v1/subaccounts",
        fault: { kind: "drop", when: "after" },
      });
    } else {
      await stack.up(TYPE, { name: "Acme" });
    }
    await stack.up(TYPE, { name: "Acme" }, { replace: !isLost });
    expect(active()).toHaveLength(1);
  });

  describe("whose value was set outside, when the code declares the field, the vendor refuses, and the code is reverted", () => {
    const refuse = { kind: "status", when: "before", status: 409 } as const;

    it.each([
      ["a limit", { limits: { maxActiveRuns: 9 } }, { limits: { maxActiveRuns: 5 } }],
      ["the externalId", { externalId: "crm-1" }, { externalId: "acme" }],
    ])("keeps %s", async (_what, theirs, declared) => {
      await open();
      await stack.up(TYPE, { name: "Acme" });
      bctrl().change(stack.resource(TYPE).id, theirs);
      stack.emulator.fault({ ...PATCH, fault: refuse });
      await expect(stack.up(TYPE, { name: "Acme", ...declared })).rejects.toThrow(/409/);
      await stack.up(TYPE, { name: "Acme" });
      expect(account()).toMatchObject(theirs);
    });

    it("keeps a metadata key of others", async () => {
      await open();
      await stack.up(TYPE, { name: "Acme" });
      const metadata = { ...account().metadata, crm: "theirs" };
      bctrl().change(stack.resource(TYPE).id, { metadata });
      stack.emulator.fault({ ...PATCH, fault: refuse });
      await expect(stack.up(TYPE, { name: "Acme", metadata: { crm: "ours" } })).rejects.toThrow(/409/);
      await stack.up(TYPE, { name: "Acme" });
      expect(account().metadata).toMatchObject({ crm: "theirs" });
    });

    it("keeps the cap of a Zavu account", async () => {
      await open();
      await stack.up("zavu.SubAccount", acme);
      const { id } = stack.resource("zavu.SubAccount");
      stack.emulator.zavu.change(id, { creditLimit: 5000 });
      stack.emulator.fault({ vendor: "zavu", method: "PATCH", fault: refuse });
      await expect(stack.up("zavu.SubAccount", { ...acme, creditLimit: 9000 })).rejects.toThrow(/409/);
      await stack.up("zavu.SubAccount", acme);
      expect(stack.emulator.zavu.accounts()[0]?.creditLimit).toBe(5000);
    });
  });

  describe("in v2, whose limits nothing shows", () => {
    const twenty = { ...acme, limits: { spend: { max: 20 } } };
    const more = { ...acme, limits: { spend: { max: 2000 } } };
    const spend = () => account().v2Limits["spend"];

    it("gets back the limit of the code when a raise is never answered well, and is reverted", async () => {
      await open({}, "v2");
      await stack.up(TYPE, twenty);
      stack.emulator.fault({
        ...PATCH_LIMITS,
        times: 9,
        fault: { kind: "status", when: "after", status: 500 },
      });
      await expect(stack.up(TYPE, more)).rejects.toThrow(/500/);
      stack.emulator.clearFaults();
      await stack.up(TYPE, twenty);
      expect(spend()).toEqual({ max: 20 });
    });

    it("needs no read after a raise, which could fail", async () => {
      await open({}, "v2");
      await stack.up(TYPE, twenty);
      const broken = { kind: "status", when: "before", status: 500 } as const;
      stack.emulator.fault({ ...GET, skip: 1, times: 40, fault: broken });
      await stack.up(TYPE, more);
      expect(spend()).toEqual({ max: 2000 });
      expect(stack.resource(TYPE).outputs).toMatchObject(more);
    });

    it("loses a limit that was set in a create without a good answer, and then taken out of the code", async () => {
      await open({}, "v2");
      stack.emulator.fault({ ...PATCH_LIMITS, times: 9, fault: { kind: "drop", when: "after" } });
      await expect(stack.up(TYPE, twenty)).rejects.toThrow(/could not set the limits/);
      stack.emulator.clearFaults();
      await stack.up(TYPE, acme);
      expect(spend()).toBeNull();
    });

    it.each(["adoption", "an update"])("loses a limit that the code declares as null in %s", async (how) => {
      await open({}, "v2");
      const { id } = bctrl().seed({ ...acme, v2Limits: { spend: { max: 9 } } });
      if (how === "an update") await stack.up(TYPE, { ...acme, adopt: id });
      stack.emulator.clearRequests();
      await stack.up(TYPE, { ...acme, adopt: id, limits: { spend: null } });
      expect(stack.writes()).toContainEqual({
        call: `PATCH /v2/subaccounts/${id}/limits`,
        body: { spend: null },
      });
    });

    it("has the name in the state that it got, when the limits of the same update are refused", async () => {
      await open({}, "v2");
      await stack.up(TYPE, twenty);
      stack.emulator.fault({ ...PATCH_LIMITS, fault: { kind: "status", when: "before", status: 402 } });
      await expect(stack.up(TYPE, { ...more, name: "New" })).rejects.toThrow(/402/);
      expect(stack.resource(TYPE).outputs).toMatchObject({ name: account().name });
      await stack.up(TYPE, twenty);
      expect(account().name).toBe("Acme");
    });

    it("loses a limit that is taken out of the code after a refresh that spoke another version", async () => {
      await open({}, "v2");
      await stack.up(TYPE, twenty);
      delete stack.env["BCTRL_API_VERSION"];
      expect(await stack.refresh(TYPE)).toBe("same");
      stack.env["BCTRL_API_VERSION"] = "v2";
      await stack.up(TYPE, acme);
      expect(spend()).toBeNull();
    });

    it("leaves v2 with a limit, and that it stays is said", async () => {
      await open({}, "v2");
      await stack.up(TYPE, twenty);
      delete stack.env["BCTRL_API_VERSION"];
      const failed = await stack.up(TYPE, acme).then(() => "", String);
      expect(spend() === null || /spend/.test(`${failed} ${stack.printed.join()}`)).toBe(true);
    });
  });

  it.each([
    ["is never answered", { kind: "drop", when: "after" }],
    ["is cut short", { kind: "truncate" }],
  ] as const)(
    "has a limit that nobody declared, at a vendor whose PATCH replaces, and the PATCH %s",
    async (_what, fault) => {
      await open({ bctrl: { limits: "replace" } });
      await stack.up(TYPE, { ...acme, limits: { maxSpaces: 2 } });
      bctrl().change(stack.resource(TYPE).id, { limits: { monthlyCreditLimit: 500 } });
      stack.emulator.fault({ ...PATCH, fault });
      await stack.up(TYPE, { ...acme, limits: { maxSpaces: 3 } });
      expect(account().limits).toMatchObject({ maxSpaces: 3, monthlyCreditLimit: 500 });
    },
  );

  it("is not given the externalId of another active account when it is adopted", async () => {
    await open();
    bctrl().seed({ name: "Other", externalId: "acme" });
    const { id } = bctrl().seed({ name: "Acme" });
    await expect(stack.up(TYPE, { ...acme, adopt: id })).rejects.toThrow(/already has an active sub-account/);
    expect(active().filter(({ externalId }) => externalId === "acme")).toHaveLength(1);
  });

  it("is refused in words that repeat a key which this run has not met", async () => {
    await open();
    const stranger = bctrl().seed({ name: "Other" });
    const { key } = bctrl().addKey(stranger.id);
    const body = {
      error: { code: "request.invalid", message: `bad ${key}`, hint: `drop ${key}`, requestId: "r1" },
    };
    stack.emulator.fault({
      method: "POST",
      path: "/v1/subaccounts",
      fault: { kind: "status", when: "before", status: 400, body },
    });
    const error = await stack.up(TYPE, acme).then(String, ({ message }) => message);
    expect(error).toContain('"bad [secret]"');
    expect(error).not.toContain(key);
  });

  it("is not looked for beyond the page that is said to be the last", async () => {
    await open();
    const body = { data: [], hasMore: false, nextCursor: "after-the-last" };
    stack.emulator.fault({
      method: "GET",
      path: "/v1/subaccounts",
      fault: { kind: "status", when: "before", status: 200, body },
    });
    await stack.up(TYPE, acme);
    expect(active()).toHaveLength(1);
  });

  describe("with a key", () => {
    const KEY = "bctrl.ApiKey";
    const LIST = { method: "GET", path: "/v1/api-keys" };

    it.each([404, 403])(
      "that is gone with its archived account, whose keys the vendor lists with a %i",
      async (status) => {
        await open();
        await stack.up(TYPE, acme);
        await stack.up(KEY, { subAccountId: stack.resource(TYPE).id, name: "backend" });
        bctrl().archive(stack.resource(TYPE).id);
        const code = status === 404 ? "subaccount.not_found" : "api_keys.subaccount_access_denied";
        const body = { error: { code, message: "no", reasonClass: "not_found", requestId: "r", hint: "" } };
        // The first listing is of all keys, the second of this account's.
        stack.emulator.fault({
          ...LIST,
          fault: { kind: "status", when: "before", status: 200, body: { data: [], nextCursor: null } },
        });
        stack.emulator.fault({ ...LIST, times: 9, fault: { kind: "status", when: "before", status, body } });
        expect(await stack.refresh(KEY)).toBe("gone");
      },
    );

    it("that the listing shows a moment after it was made", async () => {
      await open();
      await stack.up(TYPE, acme);
      const empty = { data: [], hasMore: false, nextCursor: null };
      stack.emulator.fault({
        ...LIST,
        times: 2,
        fault: { kind: "status", when: "before", status: 200, body: empty },
      });
      await stack.up(KEY, { subAccountId: stack.resource(TYPE).id, name: "backend" });
      expect(stack.resource(KEY).failed).toBeUndefined();
    });
  });
});
