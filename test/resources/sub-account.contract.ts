import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { FaultRule } from "../../emulator";
import type { Values } from "../../provider/core/contract/resource";
import { vendors } from "../../provider/vendors";
import { activeAt, type Face, vendorOf } from "../support/customers";
import { Stack, type TypeName, UNKNOWN } from "../support/stack";
import { handleOf, inWords, limitPath, merged, subjectOf } from "../vendors/index.mts";
import { changesOf, driftsOf, fullLimit } from "../vendors/usual.mts";

/** What the marker at the vendor has of a state's `__nonce`: all but the organization. */
export function nonceAtVendor(stack: Stack, type: TypeName): string {
  return String(stack.resource(type).outputs["__nonce"]).split(".").slice(0, 3).join(".");
}

type Fault = FaultRule["fault"];

/** Every way in which a reply can be lost or refused although the vendor is well. */
const FAULTS: readonly [string, Fault][] = [
  ["the connection drops before the effect", { kind: "drop", when: "before" }],
  ["the connection drops after the effect", { kind: "drop", when: "after" }],
  ["a 500 before the effect", { kind: "status", when: "before", status: 500 }],
  ["a 500 after the effect", { kind: "status", when: "after", status: 500 }],
  [
    "a 429 before the effect",
    { kind: "status", when: "before", status: 429, headers: { "retry-after": "2" } },
  ],
  ["a 429 after the effect", { kind: "status", when: "after", status: 429, headers: { "retry-after": "2" } }],
  ["a reply that is no JSON, before the effect", { kind: "garbage", when: "before" }],
  ["a reply that is no JSON, after the effect", { kind: "garbage", when: "after" }],
  ["a reply cut short", { kind: "truncate" }],
  ["no reply, before the effect", { kind: "hang", when: "before" }],
  ["no reply, after the effect", { kind: "hang", when: "after" }],
];

/** The rows of the matrix that every sub-account passes. */
export function subAccountContract(face: Face): void {
  const [vendor, version] = [vendorOf(face), face.split(" ")[1]];
  const subject = subjectOf(vendor);
  const { isMarked, limit } = subject;
  const type: TypeName = `${vendor}.SubAccount`;
  const hasKey = subject.bornWith !== undefined;
  const minimal: Values = { name: "Acme Corp", ...subject.required };
  const full: Values = { name: "Acme Corp", ...subject.full };
  const update = (id: string) => subject.calls.update.replace("{id}", id);
  const remove = (id: string) => subject.calls.remove.replace("{id}", id);
  const identity = isMarked ? { externalId: "t2" } : {};
  const everything = {
    to: { ...merged(full, limit(7)), name: "New", ...identity },
    sends: { name: "New", ...identity, ...inWords(vendor, limit(7)) },
  };
  const bodyOf = (fields: Values, nonce: string) => {
    if (!isMarked) return fields;
    const urn = `urn:pulumi:dev::test::pulumi-nodejs:dynamic/subaccounts/${vendor}:SubAccount::acme`;
    const marker = { v: 1, owner: "owner-of-this-stack", urn, nonce };
    const { metadata } = fields as { metadata?: Values };
    return { ...fields, metadata: { ...metadata, "pulumi-subaccounts": marker } };
  };
  const created = {
    minimal: (nonce: string) => bodyOf(inWords(vendor, minimal), nonce),
    full: (nonce: string) => bodyOf({ name: "Acme Corp", ...subject.sends }, nonce),
  };
  const changes = [
    ...changesOf(vendor).map(({ from, change, ...row }) => {
      const before = from === undefined ? full : { ...minimal, ...from };
      return { ...row, from: before, to: merged(before, change) };
    }),
    { what: "everything at once", from: full, stops: undefined, ...everything },
  ];
  /** What a write that stops an account with these arguments says beside it. */
  const stopped = ({ metadata }: Values) => {
    const marker = expect.objectContaining({ suspended: true });
    return { metadata: { ...Object(metadata), "pulumi-subaccounts": marker } };
  };
  const active = ({ emulator }: Stack) => activeAt(emulator, vendor);
  const change = (stack: Stack, id: string, fields: Values) =>
    handleOf(stack.emulator, vendor).change(id, fields);
  /** The vendor stores another limit than the one asked for, until it is undone. */
  const clamp = ({ emulator }: Stack) => {
    const path = limitPath(vendor);
    const asked = fullLimit(vendor);
    const { switches } = handleOf(emulator, vendor);
    Object.assign(switches, { [subject.clamp]: asked + 1 });
    const message = `${path}: asked ${asked}, vendor has ${asked + 1}`;
    return { message, undo: () => Reflect.deleteProperty(switches, subject.clamp) };
  };
  const bystander = { ...minimal, name: "Bystander" };
  let stack: Stack;
  beforeEach(async () => {
    stack = await Stack.open();
    if (version !== undefined) stack.config[`subaccounts:${vendor}ApiVersion`] = version;
  });
  afterEach(() => stack?.close());

  const fault = (call: string, kind: Fault, times = 1) => {
    const [method, path] = call.split(" ");
    if (kind.kind === "hang") stack.attemptMs = 400;
    stack.emulator.fault({
      vendor,
      method: method ?? "",
      path: path ?? "",
      fault: kind,
      times,
    });
  };
  const id = () => stack.resource(type).id;
  const nonce = () => nonceAtVendor(stack, type);
  const keyWorks = (outputs: Values) =>
    hasKey ? stack.emulator[vendor].keyWorks(String(outputs["apiKey"])) : outputs["apiKey"] === undefined;
  const variables = () => {
    const found = stack.emulator.overview().find(({ name }) => name === vendor);
    if (found === undefined) throw new Error(`no vendor ${vendor}`);
    return found.environment;
  };
  const only = (ids: readonly string[]) => {
    expect(ids).toHaveLength(1);
    return ids[0];
  };

  describe("create", () => {
    it.each(["minimal", "full"] as const)("sends exactly what is declared, %s", async (which) => {
      await stack.up(type, which === "full" ? full : minimal);
      expect(stack.writes()[0]).toEqual({ call: subject.calls.create, body: created[which](nonce()) });
      expect(only(active(stack))).toBe(id());
      expect(stack.resource(type).outputs).toMatchObject(which === "full" ? full : minimal);
      expect(keyWorks(stack.resource(type).outputs)).toBe(true);
    });

    it("and then a second up and a refresh send no write and show no difference", async () => {
      await stack.up(type, full);
      stack.emulator.clearRequests();
      expect(await stack.up(type, full)).toBe("same");
      expect(await stack.refresh(type)).toBe("same");
      expect(await stack.up(type, full)).toBe("same");
      expect(stack.writes()).toEqual([]);
    });

    it.each(FAULTS)("makes one account with a working key in spite of %s", async (_what, kind) => {
      fault(subject.calls.create, kind);
      await stack.up(type, full);
      expect(only(active(stack))).toBe(id());
      expect(keyWorks(stack.resource(type).outputs)).toBe(true);
      expect(await stack.preview(type, full)).toBe("same");
    });

    it("gives up after some attempts, and the next up makes one account", async () => {
      fault(subject.calls.create, { kind: "status", when: "before", status: 503 }, 40);
      await expect(stack.up(type, full)).rejects.toThrow(/could not create the sub-account.*503/);
      stack.emulator.clearFaults();
      await stack.up(type, full);
      only(active(stack));
    });

    it("saves what the vendor has when that is not what was asked, and the next up repairs it", async () => {
      const { message, undo } = clamp(stack);
      await expect(stack.up(type, full)).rejects.toThrow(message);
      const saved = stack.resource(type);
      expect(saved.failed?.join()).toContain(message);
      expect(keyWorks(saved.outputs)).toBe(true);
      undo();
      expect(await stack.up(type, full)).toBe("update");
      only(active(stack));
      expect(stack.resource(type).outputs).toMatchObject(full);
      expect(await stack.up(type, full)).toBe("same");
    });

    it("refuses an active account with the same identity that is another stack's, and says how to adopt it", async () => {
      await stack.beside().up(type, full);
      const existing = only(active(stack));
      stack.emulator.clearRequests();
      await expect(stack.up(type, full)).rejects.toThrow(
        new RegExp(
          `already has an active sub-account of this customer \\(by its \\w+\\): ${existing};.*adopt: "${existing}"`,
        ),
      );
      expect(stack.writes()).toEqual([]);
      expect(stack.resources.size).toBe(0);
    });

    it("refuses an active account of a resource that this stack does not declare any more", async () => {
      await stack.up(type, full);
      const existing = id();
      stack.emulator.clearRequests();
      await expect(stack.up(type, full, { name: "other" })).rejects.toThrow(
        new RegExp(`${existing}.*If the resource was renamed.*alias`),
      );
      expect(stack.writes()).toEqual([]);
    });

    it("adopts instead, applies what is declared, and creates nothing", async () => {
      await stack.beside().up(type, full);
      const adopted = only(active(stack));
      const { to } = everything;
      const { name, externalId } = full;
      stack.emulator.clearRequests();
      await stack.up(type, { ...to, name, externalId, adopt: adopted });
      expect(stack.writes().map(({ call }) => call)).toEqual([update(String(adopted))]);
      const told = new RegExp(
        `${adopted} that is adopted is not as the code declares it, and this run changes \\S`,
      );
      expect(stack.printed.join()).toMatch(told);
      expect(only(active(stack))).toBe(adopted);
      expect(stack.resource(type).outputs).toMatchObject({ ...to, name, externalId });
      expect(await stack.refresh(type)).toBe("same");
      expect(await stack.preview(type, { ...to, name, externalId })).toBe("same");
    });

    it("adopts an account as it is called, and renames it in the next up", async () => {
      await stack.beside().up(type, full);
      const adopted = only(active(stack));
      await stack.up(type, { ...full, adopt: adopted });
      stack.emulator.clearRequests();
      expect(await stack.up(type, { ...full, name: "Renamed", adopt: adopted })).toBe("update");
      expect(stack.writes()).toEqual([{ call: update(String(adopted)), body: { name: "Renamed" } }]);
      expect(stack.resource(type).outputs).toMatchObject({ name: "Renamed" });
      expect(await stack.preview(type, { ...full, name: "Renamed" })).toBe("same");
    });

    it("finds one account adopted twice in one program, in the preview", async () => {
      await stack.operation(async () => {
        const { externalId: _, ...rest } = full;
        await stack.preview(type, { ...rest, name: "One", adopt: "id" }, { name: "one" });
        await expect(
          stack.preview(type, { ...rest, name: "Two", adopt: "id" }, { name: "two" }),
        ).rejects.toThrow(/adopt is the same as that of the resource "one"/);
      });
    });

    it("says so when adopt names no account", async () => {
      await expect(stack.up(type, { ...full, adopt: "nope" })).rejects.toThrow(/has no sub-account "nope"/);
      expect(stack.writes()).toEqual([]);
    });

    it("finds the same identity twice in one program, in the preview", async () => {
      await stack.operation(async () => {
        await stack.preview(type, full, { name: "one" });
        await expect(stack.preview(type, full, { name: "two" })).rejects.toThrow(
          /is the same as that of the resource "one"/,
        );
      });
    });
  });

  describe("update", () => {
    it.each(changes)("of $what sends that and nothing else, in place", async ({ from, to, sends, stops }) => {
      await stack.up(type, from);
      const before = id();
      stack.emulator.clearRequests();
      expect(await stack.up(type, to)).toBe("update");
      const body = stops ? { ...Object(sends), ...stopped(from) } : sends;
      expect(stack.writes()).toEqual(sends === undefined ? [] : [{ call: update(before), body }]);
      expect(id()).toBe(before);
      stack.emulator.clearRequests();
      expect(await stack.up(type, to)).toBe("same");
      expect(await stack.refresh(type)).toBe("same");
      expect(stack.writes()).toEqual([]);
    });

    it.each(FAULTS)("ends where it was to in spite of %s", async (_what, kind) => {
      await stack.up(type, full);
      const { to } = everything;
      fault(update(id()), kind);
      await stack.up(type, to);
      expect(await stack.refresh(type)).toBe("same");
      expect(await stack.preview(type, to)).toBe("same");
    });

    it("refuses to give an account the identity of another active one", async () => {
      await stack.up(type, full);
      await stack.up(type, { ...full, name: "Other", externalId: "other" }, { name: "other" });
      await expect(stack.up(type, full, { name: "other" })).rejects.toThrow(
        /already has an active sub-account with this/,
      );
      expect(stack.resource(type, "other").outputs).toMatchObject({ name: "Other" });
    });

    it("keeps the old state when the vendor refuses, and works in the next up", async () => {
      await stack.up(type, full);
      const before = stack.resource(type).outputs;
      const { to } = everything;
      fault(update(id()), { kind: "status", when: "before", status: 400 });
      await expect(stack.up(type, to)).rejects.toThrow(/could not update the sub-account.*400/);
      expect(stack.resource(type).outputs).toEqual(before);
      expect(await stack.up(type, to)).toBe("update");
      expect(await stack.preview(type, to)).toBe("same");
    });
  });

  describe("drift", () => {
    it.each(driftsOf(vendor))(
      "of $what shows in refresh and is repaired by up",
      async ({ change: fields, sends }) => {
        await stack.up(type, full);
        change(stack, id(), fields);
        expect(await stack.refresh(type)).toBe("changed");
        expect(await stack.preview(type, full)).toBe("update");
        stack.emulator.clearRequests();
        await stack.up(type, full);
        expect(stack.writes()[0]).toEqual({ call: update(id()), body: sends });
        expect(await stack.refresh(type)).toBe("same");
        expect(await stack.preview(type, full)).toBe("same");
      },
    );

    it("of what was never declared is none", async () => {
      await stack.up(type, minimal);
      const { defaults } = vendors[vendor].SubAccount;
      for (const { argument, change: fields } of driftsOf(vendor)) {
        if (!(argument in minimal) && !(argument in defaults)) change(stack, id(), fields);
      }
      expect(await stack.refresh(type)).toBe("same");
      expect(await stack.preview(type, minimal)).toBe("same");
    });

    it("of a deleted account, beside another: refresh drops it, and up makes a new one", async () => {
      await stack.up(type, full);
      await stack.up(type, bystander, { name: "bystander" });
      const before = id();
      stack.emulator[vendor].remove(before);
      expect(await stack.refresh(type)).toBe("gone");
      await stack.up(type, full);
      expect(id()).not.toBe(before);
      expect(active(stack)).toHaveLength(2);
    });

    it("of the only account: what an empty list proves is said, and what to do", async () => {
      await stack.up(type, full);
      stack.emulator[vendor].remove(id());
      if (subject.paths.whoami !== undefined) {
        expect(await stack.refresh(type)).toBe("gone");
        return;
      }
      await expect(stack.refresh(type)).rejects.toThrow(
        /an empty list says nothing.*SUBACCOUNTS_CONFIRM_GONE=1/,
      );
      expect(stack.resource(type).outputs).toMatchObject(full);
      stack.env["SUBACCOUNTS_CONFIRM_GONE"] = "1";
      expect(await stack.refresh(type)).toBe("gone");
    });

    it.each([401, 403, 500])("is not concluded from a %i, which is never taken for gone", async (status) => {
      await stack.up(type, full);
      stack.emulator.fault({
        method: "GET",
        times: Number.POSITIVE_INFINITY,
        fault: { kind: "status", when: "before", status },
      });
      await expect(stack.refresh(type)).rejects.toThrow(String(status));
      expect(stack.resource(type).outputs).toMatchObject(full);
    });
  });

  describe("replacement", () => {
    it("that is forced never deletes or doubles the active account", async () => {
      await stack.up(type, full);
      const before = id();
      stack.emulator.clearRequests();
      const forced = stack.up(type, full, { replace: true });
      if (isMarked) {
        await forced;
        expect(id()).toBe(before);
        expect(keyWorks(stack.resource(type).outputs)).toBe(true);
      } else {
        await expect(forced).rejects.toThrow(/pulumi state untaint/);
      }
      expect(only(active(stack))).toBe(before);
      expect(stack.writes().map(({ call }) => call)).not.toContain(remove(before));
      expect(await stack.preview(type, full)).toBe("same");
    });

    it("that is forced together with another identity deletes nothing", async () => {
      await stack.up(type, full);
      const before = id();
      await stack.up(type, { ...full, name: "New", externalId: "t2" }, { replace: true });
      expect(active(stack)).toContain(before);
    });

    it("in another resource of the same run ends nothing, whether or not that one may adopt the account", async () => {
      await stack.up(type, full);
      const shared = id();
      stack.emulator.clearRequests();
      await stack.operation(async () => {
        const adopting = stack.up(type, { ...full, adopt: shared }, { name: "renamed" });
        if (isMarked) {
          await expect(adopting).rejects.toThrow(/cannot be adopted.*aliases: \["urn:.*::acme"\]/);
          // With --continue-on-error the delete follows all the same.
          await expect(stack.destroy(type)).rejects.toThrow(/was not deleted, because a create of this run/);
        } else {
          await adopting;
          await stack.destroy(type);
        }
      });
      expect(only(active(stack))).toBe(shared);
      expect(stack.writes()).toEqual([]);
    });
  });

  describe("delete", () => {
    it.each(FAULTS)("ends with the account gone in spite of %s", async (_what, kind) => {
      await stack.up(type, full);
      fault(remove(id()), kind);
      await stack.destroy(type);
      expect(active(stack)).toEqual([]);
    });

    it("of what is gone already is done", async () => {
      await stack.up(type, full);
      await stack.up(type, bystander, { name: "bystander" });
      stack.emulator[vendor].remove(id());
      await stack.destroy(type);
      expect([...stack.resources.keys()]).toEqual([`${type} bystander`]);
    });

    it("with retain leaves the account and says so; a changed policy alone sends nothing", async () => {
      await stack.up(type, full);
      stack.emulator.clearRequests();
      expect(await stack.up(type, { ...full, deletionPolicy: "retain" })).toBe("update");
      expect(stack.emulator.requests).toEqual([]);
      await stack.destroy(type);
      expect(stack.printed.join()).toMatch(/was left at the vendor/);
      only(active(stack));
      expect(stack.writes()).toEqual([]);
    });
  });

  describe("preview", () => {
    it("makes no HTTP call, whatever is unknown", async () => {
      await stack.up(type, full);
      stack.emulator.clearRequests();
      await stack.preview(type, full, { name: "new" }).catch(() => undefined);
      for (const field of Object.keys(full)) {
        expect(await stack.preview(type, { ...full, [field]: UNKNOWN })).toBe("update");
      }
      const metadata = { ...full, ...("metadata" in full ? { metadata: { tier: UNKNOWN } } : {}) };
      await stack.preview(type, metadata);
      expect(stack.emulator.requests).toEqual([]);
    });

    it("does not crash and answers Struct-safe for anything", async () => {
      await stack.up(type, full);
      const anything = fc.dictionary(fc.constantFrom(...Object.keys(full), "x", "__x"), fc.jsonValue());
      await fc.assert(
        fc.asyncProperty(anything, async (news) => {
          try {
            expect(["same", "update"]).toContain(await stack.preview(type, { ...full, ...news }));
          } catch (error) {
            expect(error).toBeInstanceOf(Error);
            expect(String(error)).not.toMatch(/TypeError|undefined is not/);
          }
        }),
        { numRuns: 50 },
      );
    });

    it.each([
      ["no key", { apiKey: "" }, /there is no API key/],
      ["a base URL that is none", { baseUrl: "nonsense" }, /not an http or https URL/],
      ["http to another machine", { baseUrl: "http://emulator:8787" }, /is http to another machine/],
    ])("fails with the way out: %s", async (_what, wrong, message) => {
      if ("apiKey" in wrong) stack.env[variables().apiKey] = "";
      if ("baseUrl" in wrong) stack.env[variables().baseUrl] = wrong.baseUrl ?? "";
      await expect(stack.preview(type, full)).rejects.toThrow(message);
    });
  });

  describe("secrets", () => {
    it("are in no message and no debug log, whatever the vendor says", async () => {
      stack.env["SUBACCOUNTS_DEBUG"] = "1";
      await stack.up(type, full);
      const parent = stack.emulator[vendor].apiKey;
      const key = String(stack.resource(type).outputs["apiKey"] ?? parent);
      const body = subject.refusal(`bad ${key} and ${parent}`);
      stack.emulator.fault({ times: 9, fault: { kind: "status", when: "before", status: 400, body } });
      const error = await stack
        .refresh(type)
        .then(String, (reason) => `${reason} ${reason.message} ${reason.stack}`);
      // The vendor's words are there, so what is asserted next is not empty.
      expect(error).toMatch(/answered 400.*"bad \[secret\] and \[secret\]"/);
      for (const text of [error, stack.printed.join("\n")]) {
        expect(text).not.toContain(key);
        expect(text).not.toContain(parent);
      }
      expect(stack.printed.join("\n")).toContain('"method":"POST"');
    });

    it("name where a refused key came from", async () => {
      await stack.up(type, full);
      stack.env[variables().apiKey] = "wrong-parent-key";
      const error = await stack.refresh(type).then(String, ({ message }) => message);
      expect(error).toContain(`environment variable ${variables().apiKey}`);
      expect(error).not.toContain("wrong-parent-key");
    });
  });
}
