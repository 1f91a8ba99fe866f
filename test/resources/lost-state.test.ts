import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Values } from "../../provider/core/contract/resource";
import { outcomeOf, useKeysOf } from "../support/customers";
import { type Declaration, Stack } from "../support/stack";
import { handleOf } from "../vendors/index.mts";

const FLEET = "1f0c9a1e-8f53-4d0a-9d0b-8e4d8c6f7a21";
const NAMES = ["acme", "beta", "gamma"];
const told = (of: Stack, what: RegExp) => of.printed.filter((line) => what.test(line));

describe.each(["zavu", "bctrl"] as const)("a lost state at %s", (vendor) => {
  let stack: Stack;
  let other: Stack;
  beforeEach(async () => {
    stack = await Stack.open();
    stack.config = { "subaccounts:fleet": FLEET };
    // The same program and config, and none of the state.
    other = stack.beside();
    other.config = { ...stack.config };
  });
  afterEach(() => stack.close());

  const program = (of: Stack): Declaration[] =>
    NAMES.flatMap((name) => [
      { type: `${vendor}.SubAccount`, name, args: () => ({ name, externalId: `tenant-${name}` }) },
      {
        type: `${vendor}.ApiKey`,
        name,
        args: () => ({ subAccountId: of.resource(`${vendor}.SubAccount`, name).id, name: "backend" }),
      },
    ]);
  const ids = (of: Stack) => NAMES.map((name) => of.resource(`${vendor}.SubAccount`, name).id);
  const keysOf = (of: Stack) =>
    [...of.resources.values()].flatMap(({ outputs: { apiKey } }) =>
      typeof apiKey === "string" ? [apiKey] : [],
    );
  const markers = () =>
    stack.emulator[vendor].accounts().map(({ metadata }) => (metadata as Values)["pulumi-subaccounts"]);

  it("is rebuilt by one up that recovers the fleet: the same accounts, new keys, and no key ends", async () => {
    await stack.upAll(program(stack));
    const keys = keysOf(stack);
    stack.emulator.clearRequests();
    other.env["SUBACCOUNTS_RECOVER"] = FLEET;
    await other.upAll(program(other));

    expect(ids(other)).toEqual(ids(stack));
    expect(markers()).toMatchObject(NAMES.map(() => ({ owner: "owner-of-another-stack", fleet: FLEET })));
    const writes = other.writes();
    const marks = writes.filter(({ call }) => call.startsWith("PATCH"));
    expect(marks.map(({ body }) => Object.keys(body as object))).toEqual(NAMES.map(() => ["metadata"]));
    expect(writes.filter(({ call }) => !/^PATCH|^POST .*keys/.test(call))).toEqual([]);
    const all = [...keys, ...keysOf(other)];
    expect(new Set(all).size).toBe(2 * keys.length);
    expect(all.filter((key) => !stack.emulator[vendor].keyWorks(key))).toEqual([]);
    expect(told(other, /took the sub-account \S+ over from the owner owner-of-this-stack/)).toHaveLength(1);
    expect(told(other, /SUBACCOUNTS_RECOVER is set/)).toHaveLength(1);

    delete other.env["SUBACCOUNTS_RECOVER"];
    expect(new Set(await other.previewAll(program(other)))).toEqual(new Set(["same"]));
    // The stack that was thought lost ends nothing.
    await stack.upAll([]);
    const accounts = handleOf(stack.emulator, vendor).accounts();
    expect(ids(other).map((id) => accounts.find((each) => each.id === id))).toEqual(
      NAMES.map(() => expect.objectContaining({ status: "active" })),
    );
  });

  it("is rebuilt without a new key where the keys of the customer have ended", async () => {
    const args = { name: "acme", externalId: "tenant-acme" };
    await stack.up(`${vendor}.SubAccount`, args);
    stack.emulator.clearRequests();
    other.env["SUBACCOUNTS_RECOVER"] = FLEET;
    const ended = { ...args, __endedKeys: ["backend"] };
    for (const _ of [1, 2]) await other.up(`${vendor}.SubAccount`, ended);
    expect(other.writes().map(({ call }) => call.replace(/ .*/, ""))).toEqual(["PATCH"]);
    expect(keysOf(other)).toEqual([]);
  });

  it("whose account is declared as another resource's is refused, and not told to recover by the run that does", async () => {
    await stack.upAll(program(stack));
    other.env["SUBACCOUNTS_RECOVER"] = FLEET;
    const declared = (name: string, externalId: string, as: string): Declaration => {
      return { type: `${vendor}.SubAccount`, name: as, args: () => ({ name, externalId }) };
    };
    const moved = [declared("delta", "tenant-delta", "acme"), declared("acme", "tenant-acme", "beta")];
    expect(await outcomeOf(other.upAll(moved))).toMatch(/already has an active sub-account .* adopt: "/);
    expect(
      told(other, /are in the way\. .* tenants generate --from-owner \S+` writes the adopt lines/),
    ).toHaveLength(1);
    expect(told(other, /`SUBACCOUNTS_RECOVER=/)).toEqual([]);
  });

  it("is rebuilt by the next up where the one that recovers is killed at any call", async () => {
    // One customer: an account and its key.
    const customer = (of: Stack) => program(of).slice(0, 2);
    await stack.upAll(customer(stack));
    const delivered = keysOf(stack);
    other.env["SUBACCOUNTS_RECOVER"] = FLEET;
    let calls = 0;
    for (let isKilled = true; isKilled; calls++) {
      other.resources.clear();
      other.owner = `owner-${calls}`;
      isKilled = await other.crash(calls, () => other.upAll(customer(other)));
      await other.upAll(customer(other));
      expect(stack.emulator[vendor].accounts()).toHaveLength(1);
      const all = [...delivered, ...keysOf(other)];
      expect(all.filter((key) => !stack.emulator[vendor].keyWorks(key))).toEqual([]);
    }
    expect(calls).toBeGreaterThan(3);
  });

  it("is not rebuilt without the variable: nothing is written, and the commands are told once", async () => {
    await stack.upAll(program(stack));
    stack.emulator.clearRequests();
    const accounts = program(other).filter(({ type }) => type.endsWith("SubAccount"));
    const refused = await other.upAll(accounts, { continueOnError: true }).catch((error: unknown) => error);

    expect(other.writes()).toEqual([]);
    const refusals = (refused as AggregateError).errors.map(({ message }) => String(message));
    expect(refusals).toEqual(
      ids(stack).map((id) =>
        expect.stringMatching(new RegExp(`${id}; .*\\(owner owner-of-this-stack, fleet ${FLEET}\\)`)),
      ),
    );
    expect(refusals.join()).not.toContain("SUBACCOUNTS_RECOVER");
    expect(told(other, /SUBACCOUNTS_RECOVER=\S+ pulumi up.*subaccounts list --owners/)).toHaveLength(1);
    expect(other.printed).toHaveLength(1);
  });

  it("is not rebuilt in an organization without an account of the fleet, unless that one is allowed", async () => {
    await stack.upAll(program(stack));
    const { emulator } = stack;
    emulator.clearRequests();
    useKeysOf(other, emulator.other);
    other.env["SUBACCOUNTS_RECOVER"] = FLEET;
    const accounts = program(other).filter(({ type }) => type.endsWith("SubAccount"));
    const up = () => outcomeOf(other.upAll(accounts));
    const refusal = /shows no sub-account of the fleet .* another organization\. Nothing was created/;
    expect(await up()).toMatch(refusal);
    emulator.other[vendor].seed({ name: "Somebody else" });
    expect(await up()).toMatch(refusal);
    expect(other.writes()).toEqual([]);

    const [, organization = ""] = /allowedOrganizations, \{"\w+":\["([^"]+)"\]\}/.exec(await up()) ?? [];
    other.config["subaccounts:allowedOrganizations"] = JSON.stringify({ [vendor]: [organization] });
    expect(await up()).toBe("done");
    expect(emulator.other[vendor].accounts()).toHaveLength(NAMES.length + 1);
  });

  it("is rebuilt with a customer who is new", async () => {
    await stack.upAll(program(stack).slice(2));
    other.env["SUBACCOUNTS_RECOVER"] = FLEET;
    await other.upAll(program(other));
    expect(stack.emulator[vendor].accounts()).toHaveLength(NAMES.length);
  });

  describe("under a corrected externalId", () => {
    const customer = (
      externalId: string,
      name = externalId,
      more: Partial<Declaration> = {},
    ): Declaration[] => [
      { type: `${vendor}.SubAccount`, name, args: () => ({ name: "Acme", externalId }), ...more },
    ];
    const account = () => stack.emulator[vendor].accounts();
    const recover = (declared: Declaration[]) => outcomeOf(other.upAll(declared));
    beforeEach(async () => {
      other.env["SUBACCOUNTS_RECOVER"] = FLEET;
    });

    it("is rebuilt where the logical name is made of it, and the former one is an alias", async () => {
      await stack.upAll(customer("tenant-amce"));
      const [{ id } = { id: "" }] = account();
      expect(await recover(customer("tenant-acme"))).toMatch(/SubAccount::tenant-amce/);
      const corrected = customer("tenant-acme", "tenant-acme", { aliases: ["tenant-amce"] });
      expect(await recover(corrected)).toBe("done");
      expect(account()).toMatchObject([{ id, externalId: "tenant-acme" }]);
      expect(await other.previewAll(corrected)).toEqual(["same"]);
    });

    it("is refused where another customer has a name that is no correction", async () => {
      await stack.upAll(customer("tenant-amce", "first"));
      const aliases = ["first"];
      expect(await recover(customer("tenant-acme", "second", { aliases }))).toMatch(/Nothing was created/);
      expect(account()).toMatchObject([{ externalId: "tenant-amce" }]);
    });

    it("is rebuilt in two steps where the logical name is another one, as the refusal says", async () => {
      await stack.upAll(customer("tenant-amce", "acme"));
      expect(await recover(customer("tenant-acme", "acme"))).toMatch(
        /declare its externalId and name as they are now/,
      );
      expect(await recover(customer("tenant-amce", "acme"))).toBe("done");
      expect(await recover(customer("tenant-acme", "acme"))).toBe("done");
      expect(account()).toMatchObject([{ externalId: "tenant-acme" }]);
    });
  });

  describe("beside an account that looks like a customer's", () => {
    const acme = { name: "acme", externalId: "tenant-acme" };
    const up = (more: Values = {}) =>
      outcomeOf(
        other.upAll([{ type: `${vendor}.SubAccount`, name: "acme", args: () => ({ ...acme, ...more }) }]),
      );
    const handle = () => handleOf(stack.emulator, vendor);
    const offered = (refusal: string) => [...refusal.matchAll(/adopt: "([^"]+)"/g)].map(([, id]) => id);

    it.each(["before", "after"])(
      "names the one with the marker, made %s it, and offers to adopt that one",
      async (order) => {
        const stranger = { name: "Stranger", externalId: "stranger" };
        const older = order === "after" ? handle().seed(stranger) : undefined;
        await stack.upAll(program(stack).slice(0, 1));
        const { id } = stack.resource(`${vendor}.SubAccount`, "acme");
        const lookalike = older ?? handle().seed(stranger);
        handle().change(lookalike.id, acme);
        stack.emulator.clearRequests();

        for (const recover of [FLEET, ""]) {
          other.env["SUBACCOUNTS_RECOVER"] = recover;
          const refusal = await up();
          expect(refusal).toMatch(
            new RegExp(`${id}; it .*fleet ${FLEET}\\).* ${lookalike.id}; it carries no marker`),
          );
          expect(offered(refusal)).toEqual([id]);
        }
        expect(other.writes()).toEqual([]);
        expect(await up({ adopt: id })).toBe("done");
        expect(
          handle()
            .accounts()
            .find((each) => each.id === lookalike.id),
        ).toMatchObject({ metadata: {} });
      },
    );

    it("offers none of two that carry no marker, and the only one once the other is gone", async () => {
      const [one, two] = [handle().seed(acme), handle().seed(acme)].map(({ id }) => id);
      const refusal = await up();
      expect(refusal).toMatch(new RegExp(`2 sub-accounts .*(${one};.*${two};|${two};.*${one};)`));
      expect(offered(refusal)).toEqual([]);
      handle().change(String(two), { externalId: "another" });
      expect(offered(await up())).toEqual([one]);
    });
  });

  it("is rebuilt with two customers of one name, of whom one has an externalId", async () => {
    const both: Declaration[] = [{ name: "Same" }, { name: "Same", externalId: "tenant-two" }].map(
      (args, index) => ({ type: `${vendor}.SubAccount`, name: `customer-${index}`, args: () => args }),
    );
    await stack.upAll(both);
    other.env["SUBACCOUNTS_RECOVER"] = FLEET;
    expect(await outcomeOf(other.upAll(both))).toBe("done");
    for (const { name } of both) {
      const [was, is] = [stack, other].map((each) => each.resource(`${vendor}.SubAccount`, name).id);
      expect(is).toBe(was);
    }
  });

  it("without a fleet id is told of by the command that writes adopt lines", async () => {
    stack.config = other.config = {};
    await stack.upAll(program(stack));
    const refusal = await outcomeOf(other.up(`${vendor}.SubAccount`, program(other)[0]?.args() ?? {}));
    expect(refusal).toMatch(/Nothing was created\. To manage that account here, add {2}adopt: /);
    expect(told(other, /subaccounts tenants generate --from-owner owner-of-this-stack/)).toHaveLength(1);
    expect(told(other, /SUBACCOUNTS_RECOVER/)).toEqual([]);
  });

  it("a fleet id that comes later is written by a write of its own, which the preview says, and then kept", async () => {
    stack.config = {};
    await stack.upAll(program(stack));
    stack.config = { "subaccounts:fleet": FLEET };
    const accounts = program(stack).filter(({ type }) => type.endsWith("SubAccount"));
    expect(await stack.previewAll(accounts)).toEqual(NAMES.map(() => "update"));
    expect(told(stack, /its ownership marker gets the fleet id/)).toHaveLength(NAMES.length);
    stack.emulator.clearRequests();
    await stack.upAll(program(stack));
    expect(stack.writes().map(({ body }) => Object.keys(body as object))).toEqual(
      NAMES.map(() => ["metadata"]),
    );
    expect(await stack.refreshAll()).toEqual(program(stack).map(() => "same"));
    stack.config = {};
    expect(await stack.previewAll(accounts)).toEqual(NAMES.map(() => "same"));
    await stack.up(`${vendor}.SubAccount`, { name: "Acme", externalId: "tenant-acme" });
    expect(markers()).toMatchObject(NAMES.map(() => ({ fleet: FLEET })));
  });

  it("a fleet id that the vendor refused is written by the next up", async () => {
    stack.config = {};
    const [account] = program(stack);
    if (account === undefined) throw new Error("the program is empty");
    await stack.upAll([account]);
    stack.config = { "subaccounts:fleet": FLEET };
    stack.emulator.fault({ vendor, method: "PATCH", fault: { kind: "status", when: "before", status: 403 } });
    await expect(stack.upAll([account])).rejects.toThrow(/403/);
    expect(markers()).not.toMatchObject([{ fleet: FLEET }]);
    await stack.upAll([account]);
    expect(markers()).toMatchObject([{ fleet: FLEET }]);
    expect(await stack.previewAll([account])).toEqual(["same"]);
  });

  it.each([
    [
      "a name as the fleet id",
      { "subaccounts:fleet": "production" },
      undefined,
      /not an id of 16 to 64 .*fleet id/,
    ],
    [
      "another fleet's id",
      { "subaccounts:fleet": FLEET },
      FLEET.replace("1f", "2f"),
      /nothing is taken over/,
    ],
    ["no fleet id in the config", {}, FLEET, /the stack has no subaccounts:fleet/],
  ])("%s fails in the preview", async (_what, config, recover, because) => {
    stack.config = config;
    if (recover !== undefined) stack.env["SUBACCOUNTS_RECOVER"] = recover;
    await expect(stack.previewAll(program(stack).slice(0, 1))).rejects.toThrow(because);
    expect(stack.emulator.requests).toEqual([]);
  });
});

it("an account of a lost state at Bolna, which has no marker, is refused with its adopt line, and adopted by it", async () => {
  const stack = await Stack.open();
  try {
    stack.config = { "subaccounts:fleet": FLEET };
    const args = { name: "Acme", allowConcurrentCalls: 1, deletionPolicy: "retain" };
    await stack.up("bolna.SubAccount", args);
    const { id } = stack.resource("bolna.SubAccount");
    const other = stack.beside();
    other.config = stack.config;
    other.env["SUBACCOUNTS_RECOVER"] = FLEET;
    stack.emulator.clearRequests();
    await expect(other.up("bolna.SubAccount", args)).rejects.toThrow(`adopt: "${id}"`);
    // Nothing tells yet whether the key is the right one.
    expect(await outcomeOf(other.up("bolna.SubAccount", { ...args, name: "New" }, { name: "new" }))).toMatch(
      /shows no sub-account of the fleet/,
    );
    await other.up("bolna.SubAccount", { ...args, adopt: id });
    expect(other.writes()).toEqual([]);
    await other.upAll([
      { type: "bolna.SubAccount", name: "acme", args: () => args },
      { type: "bolna.SubAccount", name: "new", args: () => ({ ...args, name: "New" }) },
    ]);
    expect(await other.preview("bolna.SubAccount", args)).toBe("same");
  } finally {
    await stack.close();
  }
});

describe("a customer of Zavu whose own key is in no state", () => {
  const customer = (more: object = {}): Declaration[] => [
    {
      type: "zavu.SubAccount",
      name: "acme",
      args: () => ({ name: "Acme", externalId: "tenant-acme", ...more }),
    },
  ];
  let stack: Stack;
  let other: Stack;
  let adopt: string;
  beforeEach(async () => {
    stack = await Stack.open();
    stack.config = { "subaccounts:fleet": FLEET };
    other = stack.beside();
    other.config = stack.config;
    other.env["SUBACCOUNTS_RECOVER"] = FLEET;
    ({ id: adopt } = stack.emulator.zavu.seed({ name: "Acme", externalId: "tenant-acme" }));
  });
  afterEach(() => stack.close());

  /** Adopts the account, takes the line out, loses the state and recovers it twice. @returns the calls to a route of keys */
  const recovered = async (before: Declaration[], after: Declaration[]) => {
    await stack.upAll(before);
    await stack.upAll(after);
    const keys = stack.emulator.zavu.accounts()[0]?.keys;
    stack.emulator.clearRequests();
    await other.upAll(after);
    other.resources.clear();
    other.owner = "owner-after-a-second-loss";
    await other.upAll(after);
    expect(stack.emulator.zavu.accounts()[0]?.keys).toEqual(keys);
    expect(other.resource("zavu.SubAccount").outputs["apiKey"]).toBeUndefined();
    delete other.env["SUBACCOUNTS_RECOVER"];
    expect(await other.previewAll(after)).toEqual(["same"]);
    return stack.emulator.requests.filter(({ path }) => path.includes("api-keys"));
  };

  it("gets none by a recovery, since the account was adopted", async () => {
    expect(await recovered(customer({ adopt }), customer())).toEqual([]);
  });

  it("gets none by a recovery where it was adopted before the stack had a fleet id", async () => {
    const { config } = stack;
    stack.config = {};
    await stack.upAll(customer({ adopt }));
    const [marked] = stack.emulator.zavu.accounts().map(({ metadata }) => metadata as Record<string, Values>);
    const { keyless: _, ...marker } = marked?.["pulumi-subaccounts"] ?? {};
    stack.emulator.zavu.change(adopt, { metadata: { "pulumi-subaccounts": marker } });
    stack.config = config;
    expect(await recovered(customer(), customer())).toEqual([]);
  });

  it("gets none by an up without the adopt line after one that was killed as it adopted", async () => {
    const before = stack.emulator.zavu.accounts();
    const outcomes: string[] = [];
    while (await stack.crash(outcomes.length, () => stack.upAll(customer({ adopt })))) {
      outcomes.push(await outcomeOf(stack.upAll(customer())));
      expect(stack.emulator.zavu.accounts()).toMatchObject(before.map(({ id, keys }) => ({ id, keys })));
      stack.resources.clear();
      stack.emulator.zavu.change(adopt, { metadata: {} });
    }
    expect(outcomes).toContain("done");
  });
});

describe.each(["zavu", "bctrl"] as const)("keys that a lost state had of a tenant at %s", (vendor) => {
  const urn = (of: string, kind: string) =>
    `urn:pulumi:${of}::test::subaccounts:index:Tenant$pulumi-nodejs:dynamic/subaccounts/${vendor}:${kind}::acme`;
  const args = { name: "Acme", externalId: "tenant-acme" };
  const ended = { __endedKeys: ["backend"] };
  let stack: Stack;
  let other: Stack;
  let former: string;
  const account = (of: Stack, more: Values = {}): Declaration => ({
    type: `${vendor}.SubAccount`,
    name: urn(of === stack ? "dev" : "other", "SubAccount"),
    args: () => ({ ...args, ...more }),
  });
  const customer = (of: Stack, more: Values = {}): Declaration[] => [
    account(of, more),
    {
      type: `${vendor}.ApiKey`,
      name: urn(of === stack ? "dev" : "other", "ApiKey"),
      args: () => ({ subAccountId: accounts()[0]?.id, name: "backend" }),
    },
  ];
  const accounts = () => handleOf(stack.emulator, vendor).accounts();
  const keyOf = (of: Stack) =>
    of.resource(`${vendor}.ApiKey`, urn(of === stack ? "dev" : "other", "ApiKey")).outputs;
  const up = (declared: Declaration[]) => outcomeOf(other.upAll(declared));
  const works = (key: unknown) => stack.emulator[vendor].keyWorks(String(key));
  const revoke = () =>
    vendor === "zavu"
      ? stack.emulator.zavu.revokeKey(String(accounts()[0]?.id), former)
      : stack.emulator.bctrl.revokeKey(former);
  beforeEach(async () => {
    stack = await Stack.open();
    stack.config = { "subaccounts:fleet": FLEET };
    other = stack.beside();
    other.config = stack.config;
    await stack.upAll(customer(stack));
    former = String(keyOf(stack)["keyId"]);
    other.env["SUBACCOUNTS_RECOVER"] = FLEET;
  });
  afterEach(() => stack.close());

  /** The lists of keys do not come to their end. */
  const cutKeys = () => {
    const path = vendor === "zavu" ? "/v1/sub-accounts/{id}/api-keys" : "/v1/api-keys";
    const body = vendor === "zavu" ? { items: [], nextCursor: "again" } : { data: [], hasMore: true };
    const fault = { kind: "status", when: "before", status: 200, body } as const;
    stack.emulator.fault({ method: "GET", path, times: 99, fault });
  };

  it("and that were left working before keysAt fail the up after it, which revokes the new ones all the same, and those after it until they are revoked", async () => {
    await other.upAll(customer(other));
    delete other.env["SUBACCOUNTS_RECOVER"];
    await other.refreshAll();
    expect(await other.previewAll(customer(other))).toEqual(["same", "same"]);
    const keys = [stack, other].map((each) => keyOf(each)["apiKey"]);
    expect(keys.map(works)).toEqual([true, true]);

    expect(await other.previewAll([account(other, ended)])).toEqual(["update"]);
    cutKeys();
    expect(await up([account(other, ended)])).toMatch(/whose tenant's have ended, are left cannot be told/);
    expect(keys.map(works)).toEqual([true, true]);
    stack.emulator.clearFaults();
    const refusal = (done: string) =>
      new RegExp(`working keys that have ended .*: "backend" \\(${former}\\)\\. ${done}`);
    expect(await up([account(other, ended)])).toMatch(refusal("Those of the state were revoked"));
    expect(told(other, new RegExp(`these are not revoked.*"backend" \\(${former}\\)`))).toHaveLength(1);
    expect(keys.map(works)).toEqual([true, false]);
    expect(await up([account(other, ended)])).toMatch(refusal("Nothing"));
    expect(await up([account(other, ended)])).toMatch(refusal("Nothing"));
    revoke();
    expect(await up([account(other, ended)])).toBe("done");
    expect(keys.map(works)).toEqual([false, false]);
    // The key that a Zavu account was born with is in no state now, and named by each up.
    const left = vendor === "zavu" ? ["update"] : ["same"];
    expect(await other.previewAll([account(other, ended)])).toEqual(left);
  });

  it("and whose account is retained fail its delete, too, once keysAt is over", async () => {
    const retained = { deletionPolicy: "retain" };
    await other.upAll(customer(other, retained));
    delete other.env["SUBACCOUNTS_RECOVER"];
    expect(await up([account(other, { ...retained, ...ended })])).toMatch(/have ended by the date/);
    expect(await up([])).toMatch(/have ended by the date/);
    revoke();
    expect(await up([])).toBe("done");
    expect(accounts()).toMatchObject([{ status: "active" }]);
  });

  it("and that nothing ends are named when their account is retained", async () => {
    const retained = { deletionPolicy: "retain" };
    await other.upAll(customer(other, retained));
    expect(await up([])).toBe("done");
    expect(
      told(
        other,
        new RegExp(`"retain" in the state; .*\\); keys of the lost state may still work: .*${former}`),
      ),
    ).toHaveLength(1);
  });

  it("and that cannot be listed fail the recovery before anything is sent", async () => {
    cutKeys();
    stack.emulator.clearRequests();
    expect(await up(customer(other))).toMatch(/which keys .* are those of the lost state cannot be told: /);
    expect(other.writes()).toEqual([]);
    stack.emulator.clearFaults();
    expect(await up(customer(other))).toBe("done");
  });
});
