import { afterEach, describe, expect, it } from "vitest";
import type { VendorName } from "../../emulator";
import type { Values } from "../../provider/core/contract/resource";
import {
  activeAt,
  argsOf,
  createPath,
  declare,
  expectOnce,
  FACES,
  type Face,
  idsIn,
  MARKING,
  openFace,
  outcomeOf,
  VENDORS,
  vendorOf,
} from "../support/customers";
import type { Stack } from "../support/stack";
import { handleOf, methodAndPath, subjectOf } from "../vendors/index.mts";

let stack: Stack;
afterEach(() => stack.close());

describe("a delete that is answered with 200 and has no effect", () => {
  const cases = VENDORS.flatMap((vendor) => ["{}", "null", ""].map((body) => [vendor, body] as const));
  const ofDelete = (vendor: VendorName, body: string, times: number) =>
    stack.emulator.fault({
      vendor,
      ...methodAndPath(subjectOf(vendor).calls.remove),
      times,
      fault: { kind: "status", when: "before", status: 200, body },
    });

  it.each(cases)("(%s, body %j) leaves the account in the state, and the up fails", async (vendor, body) => {
    stack = await openFace(vendor);
    await stack.upAll([declare(vendor, "Acme"), declare(vendor, "Beta")]);
    stack.pass(60_000);
    ofDelete(vendor, body, Number.POSITIVE_INFINITY);
    expect(await outcomeOf(stack.upAll([declare(vendor, "Beta")]))).toMatch(/cannot be understood/);
    expectOnce(stack, vendor, 2);
    stack.emulator.clearFaults();
    await stack.upAll([declare(vendor, "Beta")]);
    expectOnce(stack, vendor, 1);
  });

  it.each(cases)("(%s, body %j, once) is sent again", async (vendor, body) => {
    stack = await openFace(vendor);
    await stack.upAll([declare(vendor, "Acme"), declare(vendor, "Beta")]);
    stack.pass(60_000);
    ofDelete(vendor, body, 1);
    await stack.upAll([declare(vendor, "Beta")]);
    expectOnce(stack, vendor, 1);
  });
});

describe("a vendor whose reads lag eight seconds", () => {
  it.each(VENDORS)("(%s) has an update of limits as it was asked", async (vendor) => {
    stack = await openFace(vendor);
    const { limit: limits } = subjectOf(vendor);
    await stack.upAll([declare(vendor, "Acme", limits(5))]);
    stack.pass(60_000);
    stack.emulator[vendor].switches.lagMs = 8_000;
    await stack.upAll([declare(vendor, "Acme", limits(7))]);
    expectOnce(stack, vendor, 1);
  });

  it.each(VENDORS)(
    "(%s) and lost the reply to a delete, has the account ended in the same up",
    async (vendor) => {
      stack = await openFace(vendor);
      await stack.upAll([declare(vendor, "Acme"), declare(vendor, "Beta")]);
      stack.pass(60_000);
      const { endsOnce, calls } = subjectOf(vendor);
      Object.assign(stack.emulator[vendor].switches, { ...endsOnce, lagMs: 8_000 });
      stack.emulator.fault({
        vendor,
        method: methodAndPath(calls.remove).method,
        fault: { kind: "drop", when: "after" },
      });
      await stack.upAll([declare(vendor, "Beta")]);
      expectOnce(stack, vendor, 1);
    },
  );
});

describe("an account with a status that is not documented", () => {
  const STATUSES = MARKING.flatMap((vendor) =>
    ["suspended", "pending"].map((status) => [vendor, status] as const),
  );
  const up = async (vendor: VendorName, more: Values = {}) => stack.upAll([declare(vendor, "Acme", more)]);
  const strange = async (vendor: VendorName, status: string) => {
    stack = await openFace(vendor);
    await up(vendor);
    stack.pass(60_000);
    const [id = ""] = idsIn(stack);
    handleOf(stack.emulator, vendor).change(id, { status });
    stack.emulator.clearRequests();
    return id;
  };

  it.each(STATUSES)(
    "(%s, %s) stays in the state, and an up --refresh makes no second one",
    async (vendor, status) => {
      const id = await strange(vendor, status);
      await stack.refreshAll();
      expect(stack.printed.join("\n")).toContain(`the status "${status}", which is not documented`);
      await outcomeOf(up(vendor));
      expect(idsIn(stack)).toEqual([id]);
      expect(stack.emulator[vendor].accounts()).toHaveLength(1);
      expect(stack.writes()).toEqual([]);
    },
  );

  it.each(STATUSES)(
    "(%s, %s) is not made again where its state was lost, nor for another resource",
    async (vendor, status) => {
      await strange(vendor, status);
      stack.resources.clear();
      expect(await outcomeOf(up(vendor))).toMatch(new RegExp(`"${status}"`));
      const twin = declare(vendor, "Acme", {}, { name: "twin" });
      expect(await outcomeOf(stack.upAll([twin]))).toMatch(new RegExp(`"${status}"`));
      expect(stack.writes()).toEqual([]);
    },
  );

  it.each(STATUSES)("(%s, %s) is neither changed nor deleted", async (vendor, status) => {
    await strange(vendor, status);
    expect(await outcomeOf(up(vendor, { name: "Acme Limited" }))).toMatch(/not documented/);
    expect(await outcomeOf(stack.upAll([]))).toMatch(/not documented/);
    expect(stack.writes()).toEqual([]);
  });
});

describe("a vendor that stores names and externalIds in another form", () => {
  const forms = [
    ["trim", { name: "Acme GmbH" }],
    ["lower case", { name: "Acme GmbH", externalId: "Tenant-ACME" }],
    ["NFC", { name: "Caf\u0065\u0301", externalId: "tenant-caf\u0065\u0301" }],
  ] as const;
  const cases = FACES.flatMap((face) =>
    forms.flatMap(([form, args]) =>
      [true, false].map((hasId) => [face, form, hasId ? "an" : "no", args] as const),
    ),
  );
  const prepare = async (face: Face, form: "trim" | "lower case" | "NFC") => {
    const vendor = vendorOf(face);
    stack = await openFace(face, { [vendor]: { normalizes: [form] } });
    return vendor;
  };
  const argsIn = (vendor: VendorName, has: string, args: Values) => {
    const { externalId, ...rest } = argsOf(vendor, "Acme", args);
    return { ...rest, ...(has === "an" ? { externalId } : {}) };
  };

  it.each(cases)(
    "(%s, %s, %s externalId) has one account after a lost reply",
    async (face, form, has, args) => {
      const vendor = await prepare(face, form);
      stack.emulator.fault({
        vendor,
        method: "POST",
        path: createPath(vendor),
        fault: { kind: "drop", when: "after" },
      });
      const declared = {
        type: `${vendor}.SubAccount`,
        name: "acme",
        args: () => argsIn(vendor, has, args),
      } as const;
      await stack.upAll([declared]);
      expectOnce(stack, vendor, 1);
      expect(await stack.refreshAll()).toEqual(["same"]);
      expect(await stack.previewAll([declared])).toEqual(["same"]);
    },
  );

  it.each(cases)("(%s, %s, %s externalId) has one account after two kills", async (face, form, has, args) => {
    const vendor = await prepare(face, form);
    const declared = {
      type: `${vendor}.SubAccount`,
      name: "acme",
      args: () => argsIn(vendor, has, args),
    } as const;
    for (let kills = 0; kills < 2; kills++) {
      for (let call = 0; call < 20; call++) {
        const writes = stack.writes().length;
        await stack.crash(call, () => stack.upAll([declared])).catch(() => undefined);
        if (stack.writes().length > writes) break;
      }
      stack.pass(60_000);
    }
    await outcomeOf(stack.upAll([declared]));
    expect(activeAt(stack.emulator, vendor)).toHaveLength(1);
  });

  it.each(
    VENDORS.flatMap((vendor) =>
      [" Acme", "Acme ", "A\u200bcme", "A\u0007cme", "\ud800"].map((name) => [vendor, name] as const),
    ),
  )("is not asked for what it would change most: %s, %j", async (vendor, name) => {
    stack = await openFace(vendor);
    await expect(stack.previewAll([declare(vendor, "Acme", { name })])).rejects.toThrow(/name/);
    if (subjectOf(vendor).isMarked) {
      await expect(stack.previewAll([declare(vendor, "Acme", { externalId: name })])).rejects.toThrow(
        /externalId/,
      );
    }
  });
});

describe("a listing of Bolna that is not all there is", () => {
  const row = (name: string) => ({ id: `id-of-${name}`, name, allow_concurrent_calls: 1 });
  const rows = [row("One"), row("Two")];

  it.each<[string, object]>([
    ["items, and more to come", { items: rows, has_more: true, total: 3, page: 1, page_size: 2 }],
    ["results, and more to come", { results: rows, has_more: true }],
    ["a total that is not reached", { data: rows, total: 3, page: 1, page_size: 2 }],
    ["a total, and no more to come", { data: rows, has_more: false, total: 3 }],
    ["a total without any account", { data: [], total: 1 }],
  ])("creates nothing: %s", async (_name, body) => {
    stack = await openFace("bolna");
    stack.emulator.bolna.seed({ name: "Acme" });
    stack.emulator.fault({
      vendor: "bolna",
      path: "/sub-accounts/all",
      times: Number.POSITIVE_INFINITY,
      fault: { kind: "status", when: "before", status: 200, body },
    });
    expect(await outcomeOf(stack.upAll([declare("bolna", "Acme")]))).toMatch(
      /incomplete.*Nothing was created/,
    );
    expect(stack.emulator.bolna.accounts()).toHaveLength(1);
  });

  it.each(["null", "[]", ""])("fails the create that it does not show, and keeps it: %j", async (body) => {
    stack = await openFace("bolna");
    stack.emulator.fault({
      vendor: "bolna",
      path: "/sub-accounts/all",
      times: Number.POSITIVE_INFINITY,
      fault: { kind: "status", when: "before", status: 200, body },
    });
    expect(await outcomeOf(stack.upAll([declare("bolna", "Acme")]))).toMatch(
      /lists no sub-account .* its list is wrong, so whether this is the only one of its customer could not be told/,
    );
    expect(idsIn(stack)).toEqual(stack.emulator.bolna.accounts().map(({ id }) => id));
    stack.emulator.clearFaults();
    await stack.upAll([declare("bolna", "Acme")]);
    expectOnce(stack, "bolna", 1);
  });
});

describe("a read that leaves out the metadata", () => {
  it.each(MARKING)("at %s stops a write that would replace the keys of others", async (vendor) => {
    stack = await openFace(vendor);
    await stack.upAll([declare(vendor, "Acme")]);
    const [account] = stack.emulator[vendor].accounts();
    const metadata = { ...account?.metadata, crm: "1" };
    stack.emulator[vendor].change(account?.id ?? "", { metadata });
    stack.pass(60_000);
    const { url, apiKey } = stack.emulator[vendor];
    const headers = { authorization: `Bearer ${apiKey}`, "bctrl-version": "2026-10-03" };
    const { list } = subjectOf(vendor).paths;
    const shown = (await (await fetch(`${url}${list}/${account?.id}`, { headers })).text()) ?? "";
    expect(shown).toContain('"crm":"1"');
    const word = subjectOf(vendor).words?.account["metadata"] ?? "metadata";
    const body = JSON.parse(shown, (key, value) => (key === word ? undefined : value));
    stack.emulator.fault({
      vendor,
      method: "GET",
      path: new RegExp(`^${list}`),
      times: Number.POSITIVE_INFINITY,
      fault: { kind: "status", when: "before", status: 200, body },
    });
    const renamed = [declare(vendor, "Acme", { name: "Acme Ltd" })];
    expect(await outcomeOf(stack.upAll(renamed))).toMatch(
      /shows no metadata of the sub-account .* Nothing was sent/,
    );
    stack.emulator.clearFaults();
    await stack.upAll(renamed);
    expect(stack.emulator[vendor].accounts()).toMatchObject([{ name: "Acme Ltd", metadata: { crm: "1" } }]);
  });
});
