import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import type { Emulator, VendorName } from "../../../emulator";
import {
  handleOf,
  inWords,
  isActive,
  keysOf,
  methodAndPath,
  seedInUse,
  subjectOf,
  type Values,
} from "../../vendors/index.mts";
import { bodyInIts } from "../../vendors/words.mts";
import { client, emulate, type Send } from "./support";

/** What every stand-in does in the same way, at the vendor's own addresses and in its own words. */
export function standInContract(vendor: VendorName): void {
  const subject = subjectOf(vendor);
  const { calls, paths, keys, required = {}, endedStatus } = subject;
  const stored = (more: Values = {}): Values => ({
    ...inWords(vendor, required),
    ...subject.sends,
    name: "Acme",
    ...more,
  });
  const asSent = (fields: Values) => bodyInIts(vendor, "account", fields);
  const body = (more: Values = {}) => asSent(stored(more));
  /** The vendor's name of a member. */
  const word = (name: string) => subject.words?.account[name] ?? name;
  const limited = (limit: number) => inWords(vendor, { ...required, ...subject.limit(limit) });
  const at = (call: string, id: string, keyId = ""): readonly [method: string, path: string] => {
    const { method, path } = methodAndPath(call);
    return [method, path.replace("{id}", id).replace("{keyId}", keyId)];
  };
  /** An id of the vendor's form that no account has. */
  const strangerOf = (emulator: Emulator) => {
    const handle = handleOf(emulator, vendor);
    const { id } = handle.seed({ name: "Stranger" });
    emulator[vendor].remove(id);
    return id;
  };
  const open = async () => {
    const emulator = await emulate();
    const handle = handleOf(emulator, vendor);
    const send = client(emulator[vendor]);
    const create = (more: Values = {}) => send(...at(calls.create, ""), body(more));
    const idOf = async (more: Values = {}) => {
      await create(more);
      return handle.accounts().at(-1)?.id ?? "";
    };
    return { emulator, handle, send, create, idOf };
  };
  /** The members of an error body, however deep. */
  const shapeOf = (value: unknown): unknown =>
    typeof value === "object" && value !== null
      ? Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, shapeOf(inner)]))
      : typeof value;
  const expectRefused = async (reply: ReturnType<Send>, ...statuses: number[]) => {
    const { status, body } = await reply;
    expect(statuses).toContain(status);
    return JSON.stringify(body);
  };
  /** Every secret that a vendor holds. */
  const secretsIn = (emulator: Emulator) =>
    JSON.stringify(emulator[vendor].dump()).match(/(?<="(secret|api_key)":")[^"]+/g) ?? [];

  it("stores what a create sends, and shows it in the listing and by its id", async () => {
    const { handle, send, create } = await open();
    expect((await create()).status).toBeLessThan(300);
    const { db_password: _, ...shown } = stored();
    expect(handle.accounts()).toMatchObject([shown]);
    const [{ id } = { id: "" }] = handle.accounts();
    const listed = await send("GET", paths.list);
    expect(JSON.stringify(listed.body)).toContain(`"${word("id")}":"${id}"`);
    if (paths.get)
      expect(JSON.stringify((await send("GET", paths.get.replace("{id}", id))).body)).toContain(id);
  });

  it("lists nothing where there is nothing", async () => {
    const { send } = await open();
    const { status, body } = await send("GET", paths.list);
    expect(status).toBe(200);
    expect(body).toMatchObject(Object(subject.emptyPage));
  });

  it("changes just the fields of an update", async () => {
    const { handle, send, idOf } = await open();
    const id = await idOf();
    const before = handle.accounts()[0];
    expect((await send(...at(calls.update, id), asSent({ name: "New" }))).status).toBe(200);
    expect(withoutTimes(handle.accounts()[0])).toEqual(withoutTimes({ ...before, name: "New" }));
  });

  it("ends an account, and its keys with it", async () => {
    const { emulator, handle, send } = await open();
    const { id, key } = seedInUse(emulator, vendor, { name: "Acme" });
    expect(emulator[vendor].accountOfKey(key)).toBe(id);
    expect((await send(...at(calls.remove, id))).status).toBeLessThan(300);
    const left = handle.accounts().filter(({ id: each }) => each === id);
    expect(left.map(({ status }) => status)).toEqual(endedStatus === undefined ? [] : [endedStatus]);
    expect(left.filter(isActive)).toEqual([]);
    expect(emulator[vendor].keyWorks(key)).toBe(false);
  });

  it("stores another limit than the one asked for where its switch says so", async () => {
    const { handle, create } = await open();
    Object.assign(handle.switches, { [subject.clamp]: 3 });
    await create(limited(9));
    expect(handle.accounts()).toMatchObject([limited(3)]);
  });

  describe("refuses", () => {
    it("unknown fields, values of a wrong type and a missing name, and stores and repeats nothing", async () => {
      const { handle, create } = await open();
      for (const [fields, name] of [
        [{ surprise: "canary" }, "surprise"],
        [{ name: ["canary"] }, "name"],
        [{ name: undefined }, "name"],
      ] as const) {
        const said = await expectRefused(create(fields), 400);
        expect(said).toContain(word(name));
        expect(said).not.toContain("canary");
      }
      expect(handle.accounts()).toEqual([]);
    });

    it("unknown fields of an update, and a body where none belongs", async () => {
      const { handle, send, idOf } = await open();
      const id = await idOf();
      const before = handle.accounts();
      await expectRefused(send(...at(calls.update, id), asSent({ name: "New", surprise: 1 })), 400);
      await expectRefused(send(...at(calls.remove, id), {}), 400);
      expect(handle.accounts()).toEqual(before);
    });

    it("query parameters that there are not", async () => {
      const { send } = await open();
      await expectRefused(send("GET", `${paths.list}?surprise=1`), 400);
      const [method, path] = at(calls.create, "");
      await expectRefused(send(method, `${path}?dryRun=1`, body()), 400);
    });

    it("what is no JSON, by its text or by its content type", async () => {
      const { handle, send } = await open();
      const create = at(calls.create, "");
      await expectRefused(send(...create, '{"name":'), 400);
      await expectRefused(send(...create, JSON.stringify(body()), { "content-type": "text/plain" }), 400);
      await expectRefused(send(...create), 400);
      expect(handle.accounts()).toEqual([]);
    });

    it("no key, an unknown key and another scheme, and an account's key for what is its parent's", async () => {
      const { emulator, handle } = await open();
      const { key } = seedInUse(emulator, vendor, { name: "Acme" });
      for (const wrong of ["", `${key}x`]) {
        await expectRefused(client(emulator[vendor], wrong)("GET", paths.list), 401, 403);
      }
      const basic = { authorization: `Basic ${emulator[vendor].apiKey}` };
      await expectRefused(client(emulator[vendor], "")("GET", paths.list, undefined, basic), 401, 403);
      await expectRefused(client(emulator[vendor], key)(...at(calls.create, ""), body()), 403);
      expect(handle.accounts()).toHaveLength(1);
    });

    it("accounts and routes that there are not", async () => {
      const { emulator, send } = await open();
      const id = strangerOf(emulator);
      const { notFound } = subject;
      for (const [method, path, sent] of [
        ...(paths.get ? [["GET", paths.get.replace("{id}", id)] as const] : []),
        [...at(calls.update, id), asSent({ name: "New" })],
        at(calls.remove, id),
      ] as const) {
        const reply = await send(method, path, sent);
        expect(reply.status).toBe(404);
        if (notFound) expect(shapeOf(reply.body)).toEqual(shapeOf({ ...notFound, ...Object(reply.body) }));
      }
      expect((await send("GET", "/nothing/here")).status).toBe(404);
    });

    it("calls beyond an enforced limit", async () => {
      const { handle, send } = await open();
      Object.assign(handle.switches, { enforceRateLimit: true, requestsPerMinute: 1 });
      expect((await send("GET", paths.list)).status).toBe(200);
      expect((await send("GET", paths.list)).status).toBe(429);
    });
  });

  it("keeps two organizations apart", async () => {
    const { emulator, handle, create } = await open();
    await create();
    const { apiKey } = emulator.other[vendor];
    expect(apiKey).not.toBe(emulator[vendor].apiKey);
    const swapped = client(emulator[vendor], apiKey);
    expect(JSON.stringify((await swapped("GET", paths.list)).body)).not.toContain("Acme");
    await swapped(...at(calls.create, ""), body({ name: "Theirs" }));
    expect(handle.accounts().map(({ name }) => name)).toEqual(["Acme"]);
    expect(
      handleOf(emulator.other, vendor)
        .accounts()
        .map(({ name }) => name),
    ).toEqual(["Theirs"]);
  });

  it("has the same accounts and keys after a dump or a restart, and shows no secret of them", async () => {
    const folder = mkdtempSync(join(tmpdir(), "stand-in-"));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const persist = join(folder, "emulator.json");
    const one = await emulate({ persist });
    const { id, key } = seedInUse(one, vendor, { name: "Acme" });
    subject.end(one[vendor] as never, seedInUse(one, vendor, { name: "Ended" }).id);
    const [accounts, secrets] = [one[vendor].accounts(), secretsIn(one)];
    const other = await emulate();
    // As it comes out of a file.
    other[vendor].restore(JSON.parse(JSON.stringify(one[vendor].dump())));
    await one.close();
    const again = await emulate({ persist });
    for (const emulator of [other, again]) {
      expect(emulator[vendor].accounts()).toEqual(accounts);
      expect(emulator[vendor].accountOfKey(key)).toBe(id);
    }
    expect(secrets).toContain(key);
    const seen = JSON.stringify([accounts, again.overview()]);
    expect(secrets.filter((secret) => seen.includes(secret))).toEqual([]);
  });

  it("takes what a file leaves out from a new account", async () => {
    const { handle, emulator } = await open();
    emulator[vendor].restore([{ id: "old" }]);
    handle.seed();
    const [old, fresh] = handle.accounts();
    expect(Object.keys(Object(old)).sort()).toEqual(Object.keys(Object(fresh)).sort());
    expect(isActive(Object(old))).toBe(true);
  });

  it("is a line on the page by id and name, and lets a person change the name by hand", async () => {
    const { emulator, idOf } = await open();
    const id = await idOf();
    const { rows = [] } = emulator.overview().find(({ name }) => name === vendor) ?? {};
    expect(rows).toMatchObject([{ id, name: "Acme" }]);
    expect(new Set(rows.flatMap(Object.values).map((cell) => typeof cell))).toEqual(new Set(["string"]));
  });

  if (keys === undefined) return;
  describe("has keys that", () => {
    const { create, revoke, list, body: beside = () => ({}) } = keys;
    const ofKey = (fields: Values) => bodyInIts(vendor, "key", fields);
    const ofAccount = (emulator: Emulator, id: string) => {
      const account = handleOf(emulator, vendor)
        .accounts()
        .find((each) => each.id === id);
      return account ? keysOf(vendor, account) : [];
    };

    it("are shown once, work, and are told apart by what the listing shows", async () => {
      const { emulator, send, idOf } = await open();
      const id = await idOf();
      const before = ofAccount(emulator, id);
      const made = await send(...at(create, id), { ...ofKey({ name: "backend" }), ...beside(id) });
      expect(made.status).toBeLessThan(300);
      const [key] = ofAccount(emulator, id).filter((each) => !before.some(({ id }) => id === each.id));
      expect(key).toMatchObject({ name: "backend", live: true });
      const [secret = ""] = secretsIn(emulator).filter((each) => JSON.stringify(made.body).includes(each));
      expect(secret.startsWith(key?.prefix ?? "none")).toBe(true);
      expect(emulator[vendor].accountOfKey(secret)).toBe(id);
      const listed = JSON.stringify((await send("GET", list.replace("{id}", id))).body);
      expect(listed).toContain(`"${key?.id}"`);
      expect(listed).not.toContain(secret);
    });

    it("end when they are revoked, once", async () => {
      const { emulator, handle, send, idOf } = await open();
      const id = await idOf();
      const { id: keyId = "", key = "" } = handle.addKey?.(id, { name: "backend" }) ?? {};
      expect(emulator[vendor].keyWorks(key)).toBe(true);
      expect((await send(...at(revoke, id, keyId))).status).toBeLessThan(300);
      expect(emulator[vendor].keyWorks(key)).toBe(false);
      expect((await send(...at(revoke, id, "nothing"))).status).toBe(404);
    });

    it("are refused without a name of the right type, or with unknown fields", async () => {
      const { emulator, send, idOf } = await open();
      const id = await idOf();
      const before = ofAccount(emulator, id);
      for (const fields of [{ name: ["x"] }, { name: "backend", surprise: 1 }]) {
        await expectRefused(send(...at(create, id), { ...ofKey(fields), ...beside(id) }), 400);
      }
      expect(ofAccount(emulator, id)).toEqual(before);
    });

    it("show that they were used", async () => {
      const { emulator, handle, send, idOf } = await open();
      const id = await idOf();
      const { key = "" } = handle.addKey?.(id, { name: "backend" }) ?? {};
      const listing = async () => JSON.stringify((await send("GET", list.replace("{id}", id))).body);
      const before = await listing();
      handle.useKey?.(key);
      expect(await listing()).not.toBe(before);
      expect(emulator[vendor].keyWorks(key)).toBe(true);
    });
  });
}

/** An account without the time of its last change. */
function withoutTimes(account: object | undefined): object {
  const { updatedAt: _, updated_at: __, ...others } = (account ?? {}) as Values;
  return others;
}
