import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { FaultRule, VendorName } from "../../emulator";
import type { Resource, Values } from "../../provider/core/contract/resource";
import { vendors } from "../../provider/vendors";
import { Stack, type TypeName, UNKNOWN } from "../support/stack";
import { documentedCall, documentedCalls } from "../support/vendor-requests";

/** What a vendor's test says of the objects of an account of one kind. */
export interface NestedSubject {
  readonly type: TypeName;
  /** The path of the collection; the emulator's account has them under its last segment: `…/{id}/webhooks`. */
  readonly path: string;
  /** What is sent for the sample, in the vendor's words; absent where it is the sample itself. */
  readonly body?: Values;
  /** A reply with an object. */
  readonly reply: (object: Values) => object;
  /** Changes of one argument each: the arguments, and what is sent, with null for what is taken out. */
  readonly changes: readonly { readonly change: Values; readonly body: Values }[];
  /** What another object of the account has otherwise, its identity too; absent where that is the body of the first change. */
  readonly another?: Values;
  /** Another value of each argument that the vendor cannot change. */
  readonly fixed?: Values;
  /** Values that the vendor may show and that mean the same as the sample's, in the vendor's words. */
  readonly sameAs?: Values;
  /** Values that a preview refuses, without showing them. */
  readonly refused: readonly (readonly [argument: string, value: unknown])[];
}

const LOST: readonly [string, FaultRule["fault"]][] = [
  ["dropped", { kind: "drop", when: "after" }],
  ["not JSON", { kind: "garbage", when: "after" }],
  ["cut short", { kind: "truncate" }],
  ["a 500 after the effect", { kind: "status", when: "after", status: 500 }],
  ["a 429 after the effect", { kind: "status", when: "after", status: 429 }],
  ["missing", { kind: "hang", when: "after" }],
];

/** The part of an emulator's handle that works with every vendor. */
interface Handle {
  accounts(): Values[];
  change(id: string, fields: Values): void;
  remove(id: string): void;
  readonly switches: Record<string, unknown>;
}

/** The rows of the matrix that the objects of an account pass, at every vendor. */
export function nestedContract(subject: NestedSubject): void {
  const { type: TYPE, path, changes } = subject;
  const [name = "", kind = ""] = TYPE.split(".");
  const vendor = name as VendorName;
  const { SubAccount, vendor: facts, ...kinds } = vendors[vendor];
  const ACCOUNT: TypeName = `${vendor}.SubAccount`;
  const resource = Reflect.get(kinds, kind) as Resource<never>;
  const { sample = {} } = resource.description;
  const isOptional = (argument: string) => resource.args.shape[argument]?.safeParse(undefined).success;
  const least = Object.fromEntries(Object.entries(sample).filter(([argument]) => !isOptional(argument)));
  const collection = path.slice(path.lastIndexOf("/") + 1);
  const accountArgs = { name: "Acme", ...(SubAccount.description as { sampleTier?: Values }).sampleTier };
  const [first] = changes;
  const another = subject.another ?? first?.body;
  const fixed = Object.entries(subject.fixed ?? {}).map(([argument, value]) => ({ [argument]: value }));

  let stack: Stack;
  let account: string;
  const handle = () => stack.emulator[vendor] as unknown as Handle;
  beforeEach(async () => {
    stack = await Stack.open();
    await stack.up(ACCOUNT, accountArgs);
    account = stack.resource(ACCOUNT).id;
    stack.emulator.clearRequests();
  });
  afterEach(() => stack.close());

  const full = (more: object = {}) => ({ subAccountId: account, ...sample, ...more });
  const minimal = () => ({ subAccountId: account, ...least });
  const objects = (of = account) =>
    (handle()
      .accounts()
      .find(({ id }) => id === of)?.[collection] ?? []) as Values[];
  const setObjects = (all: readonly Values[]) => handle().change(account, { [collection]: all });
  const change = (fields: Values) => setObjects(objects().map((each) => ({ ...each, ...fields })));
  const at = (of = account) => path.replace("{id}", of);
  const lose = (method: string, fault: FaultRule["fault"]) => {
    if (fault.kind === "hang") stack.attemptMs = 400;
    stack.emulator.fault({ vendor, method, fault });
  };

  it("is made by one call with exactly what is declared, and gives its id and time", async () => {
    await stack.up(TYPE, full());
    expect(stack.writes()).toEqual([{ call: `POST ${at()}`, body: subject.body ?? sample }]);
    const { id, outputs } = stack.resource(TYPE);
    expect(objects()).toEqual([expect.objectContaining({ id })]);
    expect(outputs["createdAt"]).toMatch(/^\d{4}-\d\d-\d\dT/);
  });

  it("makes every call with a body that the vendor documents of it", async () => {
    await stack.up(TYPE, full());
    await stack.up(TYPE, full(first?.change));
    const bodies = stack.emulator.requests.filter(({ body }) => body !== undefined);
    expect([...new Set(bodies.map(documentedCall))].sort()).toEqual(documentedCalls(vendor, TYPE));
  });

  it.each([
    ["all arguments", full],
    ["the least", minimal],
  ])("sends no write in a second up or after a refresh, with %s", async (_what, args) => {
    await stack.up(TYPE, args());
    stack.emulator.clearRequests();
    expect(await stack.up(TYPE, args())).toBe("same");
    expect(await stack.refresh(TYPE)).toBe("same");
    expect(await stack.up(TYPE, args())).toBe("same");
    expect(stack.writes()).toEqual([]);
  });

  if (subject.sameAs !== undefined)
    it("takes another form of the same values for no drift", async () => {
      await stack.up(TYPE, full());
      change(subject.sameAs ?? {});
      expect(await stack.refresh(TYPE)).toBe("same");
    });

  describe.each(changes)("changed to $change", ({ change: changed, body }) => {
    it("is sent in place, and nothing else", async () => {
      await stack.up(TYPE, full());
      const { id } = stack.resource(TYPE);
      stack.emulator.clearRequests();
      expect(await stack.up(TYPE, full(changed))).toBe("update");
      expect(stack.writes()).toEqual([{ call: `PATCH ${at()}/${id}`, body }]);
      expect(await stack.refresh(TYPE)).toBe("same");
      expect(await stack.up(TYPE, full(changed))).toBe("same");
    });

    it("outside, is drift, and is repaired", async () => {
      await stack.up(TYPE, full());
      const before = objects();
      change(body);
      expect(await stack.refresh(TYPE)).toBe("changed");
      expect(await stack.up(TYPE, full())).toBe("update");
      expect(objects()).toEqual(before);
    });

    if (!Object.keys(changed).every(isOptional)) return;
    it("outside, is left alone where it was never declared", async () => {
      await stack.up(TYPE, minimal());
      change(body);
      expect(await stack.refresh(TYPE)).toBe("same");
      expect(await stack.up(TYPE, minimal())).toBe("same");
    });
  });

  it("is replaced when it is to be another account's", async () => {
    await stack.up(TYPE, full());
    await stack.up(ACCOUNT, { ...accountArgs, name: "Beta" }, { name: "beta" });
    const subAccountId = stack.resource(ACCOUNT, "beta").id;
    expect(await stack.up(TYPE, full({ subAccountId }))).toBe("replace");
    expect(objects()).toEqual([]);
    expect(objects(subAccountId)).toMatchObject([{ id: stack.resource(TYPE).id }]);
  });

  it.each(fixed)(
    "of which %j cannot be changed is replaced by another, or refuses it before any write",
    async (value) => {
      await stack.up(TYPE, full());
      const [before] = objects();
      change(value);
      await expect(stack.up(TYPE, full(first?.change))).rejects.toThrow(
        /than is declared, and there is no way to change it. Nothing was changed/,
      );
      expect(await stack.refresh(TYPE)).toBe("changed");
      if (resource.replaces.some((argument) => argument in value)) {
        expect(await stack.up(TYPE, full())).toBe("replace");
        expect(objects()).toEqual([{ ...before, id: stack.resource(TYPE).id, createdAt: expect.anything() }]);
      } else {
        await expect(stack.preview(TYPE, full())).rejects.toThrow(/cannot be changed: .* has no way to/);
        expect(objects()).toEqual([{ ...before, ...value }]);
      }
    },
  );

  it.each(LOST)("is made, changed and deleted once when each reply is %s", async (_what, fault) => {
    lose("POST", fault);
    await stack.up(TYPE, full());
    expect(objects()).toMatchObject([{ id: stack.resource(TYPE).id }]);
    lose("PATCH", fault);
    await stack.up(TYPE, full(first?.change));
    expect(objects()).toMatchObject([{ id: stack.resource(TYPE).id, ...first?.body }]);
    lose("DELETE", fault);
    await stack.destroy(TYPE);
    expect(objects()).toEqual([]);
  });

  it("is made once when the listing lags behind a lost reply", async () => {
    lose("POST", { kind: "drop", when: "after" });
    handle().switches["lagMs"] = 10_000;
    await stack.up(TYPE, full());
    expect(objects()).toMatchObject([{ id: stack.resource(TYPE).id }]);
  });

  it("of a killed run is named by the next one, and not made twice", async () => {
    for (let call = 0; objects().length === 0; call++) {
      expect(await stack.crash(call, () => stack.up(TYPE, full()))).toBe(true);
    }
    await expect(stack.up(TYPE, full())).rejects.toThrow(
      new RegExp(
        `already has a .*, ${objects()[0]?.["id"]}, perhaps of an interrupted run. Nothing was created`,
      ),
    );
    expect(objects()).toHaveLength(1);
    setObjects([]);
    await stack.up(TYPE, full());
    expect(objects()).toHaveLength(1);
  });

  it("is saved and refused where the vendor keeps another value than it was asked for", async () => {
    const body = subject.reply({ ...(subject.body ?? sample), ...first?.body, id: "other" });
    lose("POST", { kind: "status", when: "before", status: 201, body });
    await expect(stack.up(TYPE, full())).rejects.toThrow(
      /has another value than the declared one in .* other\./,
    );
    expect(stack.resource(TYPE)).toMatchObject({ id: "other", failed: [expect.anything()] });
    expect(await stack.preview(TYPE, full())).toBe("update");
  });

  it("is gone when it was deleted outside, and is made anew", async () => {
    await stack.up(TYPE, full());
    stack.pass(60_000);
    setObjects([]);
    await expect(stack.up(TYPE, full(first?.change))).rejects.toThrow(/ is gone. Nothing was changed/);
    expect(await stack.refresh(TYPE)).toBe("gone");
    await stack.up(TYPE, full());
    expect(objects()).toHaveLength(1);
  });

  it("that is gone already can be destroyed, and not where its account is not shown either", async () => {
    await stack.up(TYPE, full());
    stack.pass(60_000);
    setObjects([]);
    stack.emulator.fault({
      vendor,
      method: "GET",
      path,
      times: Infinity,
      fault: { kind: "status", when: "before", status: 503 },
    });
    await expect(stack.destroy(TYPE)).rejects.toThrow(/still exists could not be told. The state keeps it/);
    stack.emulator.clearFaults();
    await stack.destroy(TYPE);
    expect(stack.resources.has(`${TYPE} acme`)).toBe(false);
  });

  it("is gone when its account is proven to be", async () => {
    await stack.up(TYPE, full());
    stack.pass(60_000);
    handle().remove(account);
    expect(await stack.refresh(TYPE)).toBe("gone");
  });

  it("stays in the state, and none is made, while the listing has no end", async () => {
    await stack.up(TYPE, full());
    Object.assign(handle().switches, { pageSize: 1, repeatCursor: true });
    const [object] = objects();
    setObjects(["a", "b", "c"].map((id) => ({ ...object, ...another, id })));
    stack.pass(60_000);
    await expect(stack.refresh(TYPE)).rejects.toThrow(
      /could not be told: .*repeats a cursor.*state keeps it/,
    );
    await expect(stack.up(TYPE, full(), { name: "other" })).rejects.toThrow(
      /could not be told: .*Nothing was created/,
    );
  });

  it("is found on a later page", async () => {
    await stack.up(TYPE, full());
    handle().switches["pageSize"] = 1;
    const others = ["a", "b"].map((id) => ({ ...objects()[0], ...another, id }));
    setObjects([...others, ...objects()]);
    expect(await stack.refresh(TYPE)).toBe("same");
    await expect(stack.up(TYPE, full(), { name: "other" })).rejects.toThrow(/already has a/);
  });

  it("stays in the state, untouched, while the parent key is another organization's", async () => {
    await stack.up(TYPE, full());
    stack.pass(60_000);
    const env = { ...stack.env };
    stack.env[facts.env.apiKey] = stack.emulator.other[vendor].apiKey;
    stack.emulator.clearRequests();
    await expect(stack.refresh(TYPE)).rejects.toThrow(/could not be told.*state keeps it/);
    await expect(stack.destroy(TYPE)).rejects.toThrow(/this parent key is of .* Nothing was sent/);
    await expect(stack.up(TYPE, full(first?.change))).rejects.toThrow(
      /this parent key is of .* Nothing was sent/,
    );
    expect(stack.writes()).toEqual([]);
    Object.assign(stack.env, env);
    expect(await stack.refresh(TYPE)).toBe("same");
  });

  it("waits for an account of the same run that the vendor does not know at once", async () => {
    await stack.operation(async () => {
      await stack.up(ACCOUNT, { ...accountArgs, name: "Beta" }, { name: "beta" });
      account = stack.resource(ACCOUNT, "beta").id;
      stack.emulator.fault({
        vendor,
        method: "GET",
        path,
        fault: { kind: "status", when: "before", status: 404 },
      });
      await stack.up(TYPE, full());
    });
    expect(objects()).toHaveLength(1);
  });

  if (SubAccount.isMarked)
    it("stays, and is told of, when its account was replaced by force and kept", async () => {
      await stack.up(TYPE, full());
      const another = { ...accountArgs, name: "Acme Two", externalId: "two" };
      await stack.upAll([
        { type: ACCOUNT, name: "acme", args: () => another, replace: true },
        { type: TYPE, name: "acme", args: () => full({ subAccountId: stack.resource(ACCOUNT).id }) },
      ]);
      expect(objects()).toHaveLength(1);
      expect(stack.printed.join()).toMatch(/was replaced by force and kept, and so was its/);
    });

  it("says so when there is no such account, and when the state names none", async () => {
    await expect(stack.up(TYPE, full({ subAccountId: "nope" }))).rejects.toThrow(/has no sub-account "nope"/);
    await stack.up(TYPE, full());
    const saved = stack.resource(TYPE);
    stack.resources.set(`${TYPE} acme`, { ...saved, outputs: { ...saved.outputs, subAccountId: undefined } });
    for (const step of [() => stack.refresh(TYPE), () => stack.destroy(TYPE)]) {
      await expect(step()).rejects.toThrow(/the state does not say of which sub-account/);
    }
    expect(objects()).toHaveLength(1);
  });

  it("of an identity that another resource of the account has is refused in the preview", async () => {
    await stack.operation(async () => {
      await stack.preview(TYPE, full(), { name: "one" });
      await expect(stack.preview(TYPE, full(), { name: "two" })).rejects.toThrow(
        /is the same as that of the resource "one"/,
      );
      for (const each of ["three", "four"]) {
        await stack.preview(TYPE, full({ subAccountId: UNKNOWN }), { name: each });
      }
    });
  });

  it("makes no call in a preview, whatever is unknown", async () => {
    await stack.up(TYPE, full());
    stack.emulator.clearRequests();
    for (const field of Object.keys(full())) await stack.preview(TYPE, full({ [field]: UNKNOWN }));
    expect(stack.emulator.requests).toEqual([]);
  });

  it.each(subject.refused)(
    "refuses in the preview, for %s, %j, without showing it",
    async (argument, value) => {
      const refusal = await stack
        .preview(TYPE, full({ [argument]: value }))
        .catch(({ message }: Error) => message);
      expect(refusal).toMatch(new RegExp(`^${argument}\\S* must be `, "m"));
      // A plain word may be shown, as what was meant.
      if (typeof value === "string" && !/^[a-z]*$/i.test(value)) expect(refusal).not.toContain(value);
    },
  );
}
