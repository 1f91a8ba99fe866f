import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { activeAt } from "../support/customers";
import { Stack } from "../support/stack";
import { subjects } from "../vendors/index.mts";
import { nonceAtVendor } from "./sub-account.contract";

const TYPE = "zavu.SubAccount";
const URN = "urn:pulumi:dev::test::pulumi-nodejs:dynamic/subaccounts/zavu:SubAccount::acme";
const marker = (nonce: string, more: object = {}) => ({
  "pulumi-subaccounts": { v: 1, owner: "owner-of-this-stack", urn: URN, nonce, ...more },
});
const full = { name: "Acme Corp", ...subjects.zavu.full };
const minimal = { name: "Acme Corp" };

describe(TYPE, () => {
  describe("at Zavu", () => {
    let stack: Stack;
    beforeEach(async () => {
      stack = await Stack.open();
    });
    afterEach(() => stack.close());

    it("is suspended in place by its status, which the marker tells", async () => {
      await stack.up(TYPE, full);
      stack.emulator.clearRequests();
      const suspended = { ...full, status: "inactive" };
      expect(await stack.up(TYPE, suspended)).toBe("update");
      const metadata = {
        tier: "gold",
        seats: 3,
        ...marker("nonce-1.bNPG8rI1.TcMQAg39", { suspended: true }),
      };
      const call = `PATCH /v1/sub-accounts/${stack.resource(TYPE).id}`;
      expect(stack.writes()).toEqual([{ call, body: { status: "inactive", metadata } }]);
      stack.emulator.clearRequests();
      expect(await stack.up(TYPE, suspended)).toBe("same");
      expect(await stack.refresh(TYPE)).toBe("same");
      expect(stack.writes()).toEqual([]);
    });

    it("sends a limit below what is spent as any other, and what is spent is no drift", async () => {
      await stack.up(TYPE, full);
      const { id } = stack.resource(TYPE);
      stack.emulator.zavu.change(id, { totalSpent: 4000 });
      expect(await stack.refresh(TYPE)).toBe("same");
      await stack.up(TYPE, { ...full, creditLimit: 100 });
      expect(stack.emulator.zavu.accounts()[0]).toMatchObject({ creditLimit: 100, totalSpent: 4000 });
      expect(await stack.preview(TYPE, { ...full, creditLimit: 100 })).toBe("same");
    });

    const account = (index = 0) => {
      const found = stack.emulator.zavu.accounts()[index];
      if (found === undefined) throw new Error("no account");
      return found;
    };

    it("creates an inactive account in two calls, and one without a cap without a limit", async () => {
      await stack.up(TYPE, { ...minimal, status: "inactive", creditLimit: null });
      expect(stack.writes().map(({ call }) => call)).toEqual([
        "POST /v1/sub-accounts",
        `PATCH /v1/sub-accounts/${account().id}`,
      ]);
      expect(stack.writes()[1]?.body).toEqual({ status: "inactive" });
      expect(stack.writes()[0]?.body).not.toHaveProperty("creditLimit");
      expect(await stack.up(TYPE, { ...minimal, status: "inactive", creditLimit: null })).toBe("same");
    });

    it.each(["merge", "replace"] as const)(
      "keeps metadata of others and clears ours, where Zavu does %s",
      async (how) => {
        stack.emulator.zavu.switches.metadata = how;
        await stack.up(TYPE, full);
        const { id } = account();
        stack.emulator.zavu.change(id, { metadata: { ...account().metadata, theirs: true } });
        expect(await stack.refresh(TYPE)).toBe("same");
        await stack.up(TYPE, { ...full, metadata: { tier: "silver", plan: { a: [1] } } });
        expect(account().metadata).toEqual({
          tier: "silver",
          plan: { a: [1] },
          theirs: true,
          ...marker(nonceAtVendor(stack, TYPE)),
        });
        expect(await stack.preview(TYPE, { ...full, metadata: { tier: "silver", plan: { a: [1] } } })).toBe(
          "same",
        );
        await stack.up(TYPE, { ...full, metadata: undefined });
        expect(
          Object.entries(account().metadata ?? {})
            .filter(([, value]) => value !== null)
            .map(([key]) => key),
        ).toEqual(expect.arrayContaining(["theirs", "pulumi-subaccounts"]));
        expect(stack.resource(TYPE).outputs).not.toHaveProperty("metadata");
      },
    );

    it("says what to do where Zavu merges and refuses null", async () => {
      stack.emulator.zavu.switches.metadata = "merge";
      await stack.up(TYPE, full);
      const fewer = { ...full, metadata: { tier: "gold" } };
      stack.emulator.fault({
        method: "PATCH",
        skip: 1,
        fault: { kind: "status", when: "before", status: 422 },
      });
      await expect(stack.up(TYPE, fewer)).rejects.toThrow(
        /keeps the metadata keys seats .*Declare them again/,
      );
      expect(await stack.up(TYPE, full)).toBe("same");
    });

    it("shows and repairs drift of declared metadata keys alone, and writes a wiped marker again", async () => {
      await stack.up(TYPE, full);
      stack.emulator.zavu.change(account().id, { metadata: { tier: "bronze" } });
      expect(await stack.refresh(TYPE)).toBe("changed");
      await stack.up(TYPE, full);
      expect(account().metadata).toEqual({
        tier: "gold",
        seats: 3,
        ...marker(nonceAtVendor(stack, TYPE)),
      });
    });

    it("gives a new key when a re-activation finds the old one revoked, and keeps one that works", async () => {
      await stack.up(TYPE, full);
      const first = String(stack.resource(TYPE).outputs["apiKey"]);
      stack.emulator.zavu.change(account().id, { status: "inactive" });
      await stack.refresh(TYPE);
      await stack.up(TYPE, full);
      expect(stack.resource(TYPE).outputs["apiKey"]).toBe(first);

      const key = account().keys[0];
      stack.emulator.zavu.change(account().id, { status: "inactive" });
      stack.emulator.zavu.revokeKey(account().id, key?.id ?? "");
      await stack.refresh(TYPE);
      await stack.up(TYPE, full);
      expect(stack.resource(TYPE).outputs["apiKey"]).not.toBe(first);
      expect(stack.emulator.zavu.keyWorks(String(stack.resource(TYPE).outputs["apiKey"]))).toBe(true);
    });

    it("revokes the key whose reply was lost, so that one works and no other is left", async () => {
      stack.emulator.fault({ vendor: "zavu", method: "POST", fault: { kind: "drop", when: "after" } });
      await stack.up(TYPE, full);
      expect(account().keys.filter(({ revokedAt }) => revokedAt === null)).toHaveLength(1);
    });

    it("does not take an inactive account for an obstacle, and re-activates it when it is adopted", async () => {
      await stack.up(TYPE, full);
      const { id } = account();
      await stack.destroy(TYPE);
      await stack.up(TYPE, full);
      expect(stack.resource(TYPE).id).not.toBe(id);
      await stack.destroy(TYPE);
      await stack.up(TYPE, { ...full, adopt: id });
      expect(stack.resource(TYPE).id).toBe(id);
      expect(account().status).toBe("active");
      expect(stack.resource(TYPE).outputs).not.toHaveProperty("apiKey");
    });

    it("takes over the account of a run that was interrupted before its state was saved", async () => {
      await stack.up(TYPE, { ...full, externalId: undefined });
      const { id } = account();
      stack.resources.clear();
      await stack.up(TYPE, { ...full, externalId: undefined, creditLimit: 7 });
      expect(stack.resource(TYPE).id).toBe(id);
      expect(account().creditLimit).toBe(7);
      // An older state may have the key from before, so that one works on and is told of.
      expect(account().keys.filter(({ revokedAt }) => revokedAt === null)).toHaveLength(2);
      expect(stack.printed.join()).toMatch(
        /has a working key \("Default" \(\S+\)\) that no state of this run has/,
      );
      expect(stack.emulator.zavu.keyWorks(String(stack.resource(TYPE).outputs["apiKey"]))).toBe(true);
    });

    it("names, in a refresh, the account that a late request of an interrupted run made", async () => {
      await stack.up(TYPE, full);
      const late = { ...marker("another")["pulumi-subaccounts"] };
      const { id } = stack.emulator.zavu.seed({
        name: "Acme Corp",
        metadata: { "pulumi-subaccounts": late },
      });
      await stack.refresh(TYPE);
      expect(stack.printed.join()).toContain(`there is ${id} with the marker of the same resource`);
    });

    it("refuses a renamed resource without an externalId, whose old account would be deactivated at the end", async () => {
      await stack.up(TYPE, minimal);
      await expect(stack.up(TYPE, minimal, { name: "renamed" })).rejects.toThrow(
        /\(by its name\).*If the resource was renamed, add {2}aliases: \["urn:.*::acme"\].*different names and externalIds/,
      );
      expect(stack.emulator.zavu.accounts()).toHaveLength(1);
    });

    it("makes two accounts of one name in one program only where externalIds tell them apart", async () => {
      const both = (one: object, two: object) =>
        stack.operation(() =>
          Promise.allSettled([
            stack.up(TYPE, { ...minimal, ...one }, { name: "one" }),
            stack.up(TYPE, { ...minimal, ...two }, { name: "two" }),
          ]),
        );
      const outcomes = await both({}, {});
      expect(outcomes.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
      expect(activeAt(stack.emulator, "zavu")).toHaveLength(1);
      await both({ externalId: "one" }, { externalId: "two" });
      expect(activeAt(stack.emulator, "zavu")).toHaveLength(2);
    });

    it("leaves a key that is in use alone in a take-over, and tells of it", async () => {
      await stack.up(TYPE, full);
      stack.emulator.zavu.useKey(String(stack.resource(TYPE).outputs["apiKey"]));
      const used = account().keys[0]?.id ?? "";
      stack.resources.clear();
      await stack.up(TYPE, full);
      expect(account().keys.find(({ id }) => id === used)?.revokedAt).toBeNull();
      expect(stack.printed.join()).toMatch(
        /has a working key \("Default" \(\S+\)\) that no state of this run has/,
      );
    });

    it("revokes no key in a forced replacement, and tells of the old one", async () => {
      await stack.up(TYPE, full);
      const old = String(stack.resource(TYPE).outputs["apiKey"]);
      stack.emulator.zavu.useKey(old);
      await stack.up("zavu.ApiKey", { subAccountId: account().id, name: "backend" });
      await stack.up(TYPE, full, { replace: true });
      expect(stack.emulator.zavu.keyWorks(old)).toBe(true);
      expect(stack.printed.join()).toMatch(/working keys? \(.*"Default".*\) that no state of this run has/);
      expect(stack.emulator.zavu.keyWorks(String(stack.resource("zavu.ApiKey").outputs["apiKey"]))).toBe(
        true,
      );
    });

    it("says so when the key is a sub-account's", async () => {
      await stack.up(TYPE, full);
      stack.env["ZAVUDEV_API_KEY"] = String(stack.resource(TYPE).outputs["apiKey"]);
      await expect(stack.refresh(TYPE)).rejects.toThrow(
        /403.*belongs to a sub-account.*parent \(main\) project/,
      );
    });

    it("serves many creates and refreshes from one listing, and looks at the first ten once more", async () => {
      stack.emulator.zavu.seedMany(250);
      const tenants = (from: number, count: number) =>
        Array.from({ length: count }, (_, index) => `tenant-${from + index}`);
      const create = (names: readonly string[]) =>
        Promise.all(names.map((name) => stack.up(TYPE, { name, externalId: name }, { name })));
      const lists = () =>
        stack.emulator.requests.filter(({ method, path }) => method === "GET" && path === "/v1/sub-accounts");
      await stack.operation(async () => {
        await create(tenants(0, 10));
        // One before the first create, and at most one after each.
        expect(lists().length).toBeLessThanOrEqual(3 * 11);
        stack.emulator.clearRequests();
        await create(tenants(10, 20));
        expect(lists()).toEqual([]);
      });
      await stack.operation(async () => {
        await Promise.all(tenants(0, 30).map((name) => stack.refresh(TYPE, name)));
      });
      expect(lists().length).toBeLessThanOrEqual(3);
      expect(stack.emulator.zavu.accounts()).toHaveLength(280);
    });

    it("creates nothing while the cursor of the listing repeats, which ends nowhere", async () => {
      stack.emulator.zavu.seedMany(101);
      stack.emulator.zavu.switches.repeatCursor = true;
      await expect(stack.up(TYPE, full)).rejects.toThrow(
        /cannot be told.*listing of the accounts is incomplete/,
      );
      expect(stack.writes()).toEqual([]);
    });

    it.each([
      [0, {}],
      [1, {}],
      [100, {}],
      [101, {}],
      [101, { lastPageCursor: "" as const }],
      [101, { listOrder: "oldest" as const, pageSize: 30 }],
    ])(
      "finds an account of ours among %i others, whatever the pages are like: %o",
      async (count, switches) => {
        Object.assign(stack.emulator.zavu.switches, switches);
        await stack.up(TYPE, full);
        stack.emulator.zavu.seedMany(count);
        stack.resources.clear();
        await stack.up(TYPE, full);
        expect(stack.emulator.zavu.accounts()).toHaveLength(count + 1);
        expect(await stack.refresh(TYPE)).toBe("same");
      },
    );

    it("has nested errors of the vendor's overview page as well", async () => {
      stack.emulator.zavu.switches.errorEnvelope = "nested";
      stack.env["ZAVUDEV_API_KEY"] = "wrong";
      await expect(stack.up(TYPE, full)).rejects.toThrow(
        /Zavu could not look up the key: GET \/v1\/me answered 401 \w+ ".+"/,
      );
    });
  });
});
