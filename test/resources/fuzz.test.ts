import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Values } from "../../provider/core/contract/resource";
import { Stack, type TypeName } from "../support/stack";
import { pathOf, subjectOf, VENDORS, type VendorName } from "../vendors/index.mts";
import { settle } from "./model/advice";
import type { Trouble } from "./model/story";
import { models } from "./model/vendors";
import { World } from "./model/world";

/**
 * Nonsense: what vendors may answer, what older versions may have left in a state, what programs may pass.
 *
 * `STORIES=5000` runs that many of each kind from a random seed; `STORY_SEED` and `STORY_PATH` repeat one that failed.
 */
const RUNS = Number(process.env["STORIES"] || 40);
const seed = Number(process.env["STORY_SEED"] || (process.env["STORIES"] ? Date.now() : 1));
const path = process.env["STORY_PATH"] || undefined;
const options = { numRuns: RUNS, seed, ...(path ? { path } : {}) };
const DAY_MS = 24 * 3_600_000;

// A header's value has no control characters.
const header = fc.oneof(
  fc.constantFrom("", "0", "-1", "1e999", "NaN", "0x10", "99999999999999999999", "12.5", "2, 3", "soon"),
  fc.constantFrom("Thu, 01 Jan 1970 00:00:00 GMT", "Fri, 31 Dec 9999 23:59:59 GMT", "2026-13-45T99:99:99Z"),
  fc.string({ unit: fc.constantFrom(..."0123456789 .:-+eZ"), maxLength: 12 }),
);
const headers = fc.dictionary(
  fc.constantFrom(
    "retry-after",
    "retry-after-ms",
    "x-ratelimit-remaining",
    "x-ratelimit-reset",
    "x-request-id",
    "content-type",
  ),
  header,
);

/** JSON in which the vendors' own words occur, so that some of it is nearly right. */
const words = fc.constantFrom(
  ...[
    "id",
    "name",
    "status",
    "subAccount",
    "items",
    "nextCursor",
    "data",
    "apiKey",
    "key",
    "secret",
    "metadata",
  ],
  ...[
    "limits",
    "hasMore",
    "has_more",
    "api_key",
    "allow_concurrent_calls",
    "error",
    "message",
    "details",
    "code",
  ],
  ...[
    "externalId",
    "creditLimit",
    "createdAt",
    "keyPrefix",
    "pulumi-subaccounts",
    "__proto__",
    "constructor",
  ],
);
const value = fc.oneof(
  fc.constantFrom("", "active", "inactive", "x", "../..", "id", 0, -1, 1.5, 1e308, true, false, null),
  fc.constantFrom("a".repeat(5000), "\u0000", "💥", "9999-99-99T99:99:99Z"),
);
const { json } = fc.letrec<{ json: unknown }>((tie) => ({
  json: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    value,
    fc.dictionary(words, tie("json"), { maxKeys: 6, noNullPrototype: true }),
    fc.array(tie("json"), { maxLength: 3 }),
  ),
}));

const nonsense = fc.record({
  skip: fc.nat(12),
  times: fc.constantFrom(1, 2, 5, 100),
  fault: fc.record({
    kind: fc.constant("status" as const),
    when: fc.constantFrom("before" as const, "after" as const),
    status: fc.oneof(fc.constantFrom(200, 201, 429, 500, 404, 409), fc.integer({ min: 200, max: 599 })),
    headers,
    body: fc.oneof({ weight: 4, arbitrary: json }, fc.string()),
  }),
});
const troubles = fc.array(nonsense, { minLength: 1, maxLength: 2 });

describe.each(Object.values(models))("whatever $vendor answers", ({ vendor, args, keyArgs }) => {
  const steps = fc.array(fc.record({ args, key: fc.option(keyArgs), isUp: fc.boolean(), faults: troubles }), {
    minLength: 1,
    maxLength: 4,
  });

  it(
    "every operation ends with an error of ours or none, and once it is well again nothing was lost or made twice",
    async () => {
      await fc.assert(
        fc.asyncProperty(args, steps, async (first, rest) => {
          const stack = await Stack.open();
          try {
            const world = new World(stack, { a: vendor, b: vendor, c: vendor });
            await world.happens({ do: "declare", slot: "a", args: first });
            await world.up();
            for (const { args, key, isUp, faults } of rest) {
              const trouble: Trouble = { faults, isLying: true };
              // The same customer throughout: another one would be another account.
              const { name, externalId } = first;
              await world.happens({ do: "declare", slot: "a", args: { ...args, name, externalId } });
              if (key) await world.happens({ do: "declare", slot: "x", args: key });
              if (isUp) await world.up(trouble);
              else await world.refresh(trouble);
            }
            await settle(world);
            expect(world.accountsBeside("a")).toHaveLength(1);
          } finally {
            await stack.close();
          }
        }),
        options,
      );
    },
    DAY_MS,
  );
});

const TYPES: TypeName[] = Object.values(models).flatMap(({ account, key }) => [account, key]);
const LINE = { __provider: "line", __owner: "owner-of-this-stack urn:pulumi:dev::test::x::acme" };

describe.each(TYPES)("whatever a state or a program holds, %s", (type) => {
  const model = Object.values(models).find(({ account, key }) => account === type || key === type);
  const names = [
    "name",
    "externalId",
    "metadata",
    "limits",
    "status",
    "subAccountId",
    "adopt",
    "apiKey",
    "keyId",
  ];
  const more = [
    "__nonce",
    "__owner",
    "previousKeyId",
    "previousRevokeAt",
    "earlierKeys",
    "createdAt",
    "keepers",
  ];
  const rest = [
    "rotateAfterDays",
    "overlapHours",
    "database",
    "creditLimit",
    "allowConcurrentCalls",
    "connection",
  ];
  const wild = fc.dictionary(fc.constantFrom(...names, ...more, ...rest), json, { noNullPrototype: true });
  // Ids in a state come from the vendor; `.` and `..`, which only a person writes, are refused in check.
  const id = fc.oneof(
    fc.constantFrom("a/b", "?x=1", "%00", "💥"),
    fc.string({ minLength: 1 }).filter((text) => !/^\.{1,2}$/.test(text)),
  );

  it(
    "answers what Pulumi can store, or an error of ours, and sends no made-up id",
    async () => {
      const stack = await Stack.open();
      const isAccount = model?.account === type;
      const good = {
        ...(isAccount ? {} : { subAccountId: await accountFor(stack, type) }),
        ...fc.sample(isAccount ? (model?.args ?? fc.constant({})) : (model?.keyArgs ?? fc.constant({})), {
          numRuns: 1,
          seed,
        })[0],
      };
      await stack.up(type, good);
      const saved = stack.resource(type);
      try {
        await fc.assert(
          fc.asyncProperty(
            wild,
            wild,
            fc.subarray(Object.keys(saved.outputs)),
            fc.option(id),
            async (olds, news, without, otherId) => {
              const state = {
                ...Object.fromEntries(
                  Object.entries(saved.outputs).filter(([name]) => !without.includes(name)),
                ),
                ...olds,
              };
              await each(stack, type, otherId ?? saved.id, state, { ...good, ...news });
            },
          ),
          options,
        );
      } finally {
        await stack.close();
      }
    },
    DAY_MS,
  );
});

/** An account of the vendor whose key the type is. */
async function accountFor(stack: Stack, type: TypeName): Promise<string> {
  const model = Object.values(models).find(({ key }) => key === type);
  if (model === undefined) throw new Error(`no model of ${type}`);
  await stack.up(model.account, { name: "Acme", ...subjectOf(model.vendor).required });
  return stack.resource(model.account).id;
}

const isMadeUp = /\/(undefined|null|\[object[^/]*|NaN|)(\/|$)/;
// An id must not lead out of the collection that it is an id of.
const isKnown = new RegExp(`^(/v2/subaccounts|${VENDORS.flatMap(prefixes).join("|")})`);

/** Where the paths of a vendor begin. */
function prefixes(vendor: VendorName): string[] {
  const { calls, paths, keys } = subjectOf(vendor);
  const all = [
    ...Object.values(calls).map(pathOf),
    ...Object.values(paths),
    keys?.list,
    keys && pathOf(keys.revoke),
  ];
  return all.flatMap((path) => (path ? [path.replace(/\{.*/, "")] : []));
}

/** Every call of the protocol with these values. */
async function each(stack: Stack, type: TypeName, id: string, state: Values, args: Values): Promise<void> {
  stack.emulator.clearRequests();
  const news = { ...args, ...LINE };
  await stack.operation(async () => {
    const handler = stack.handler(type);
    const calls = [
      () => handler.check(state, news),
      () => handler.diff(id, state, news),
      () => handler.read(id, { ...state, ...LINE }),
      () => handler.update(id, state, news),
      () => handler.delete(id, state),
    ];
    for (const call of calls) await call().then(storable, ours);
  });
  const wrong = stack.emulator.requests.filter(({ path }) => isMadeUp.test(path) || !isKnown.test(path));
  if (!process.env["SKIP_WIRE"]) expect(wrong.map(({ method, path }) => `${method} ${path}`)).toEqual([]);
}

/** Pulumi's Struct knows no `undefined`, no function and no infinite number, at any depth. */
function storable(answer: unknown): void {
  if (answer === undefined) return;
  const walk = (value: unknown, at: string): void => {
    if (value === undefined || typeof value === "function" || typeof value === "bigint")
      throw new Error(`${at} is ${typeof value}`);
    if (typeof value === "number" && !Number.isFinite(value)) throw new Error(`${at} is ${value}`);
    if (typeof value === "object" && value !== null) {
      for (const [key, item] of Object.entries(value)) walk(item, `${at}.${key}`);
    }
  };
  const { outs, props, inputs } = answer as Record<string, unknown>;
  for (const [name, part] of Object.entries({ outs, props, inputs }))
    if (part !== undefined) walk(part, name);
}

/** An error that is not ours carries its own stack. */
function ours(error: unknown): void {
  const { message, stack: trace } = error instanceof Error ? error : new Error(String(error));
  if (trace !== "see the error of the resource itself") throw new Error(`a defect: ${message} ${trace}`);
}
