import { type Declaration, idOf } from "./declarations.mts";
import type { VendorName } from "./vendors.mts";

/** What the scenarios of a vendor are made of. */
export interface Kit {
  readonly vendor: VendorName;
  /** An account with a limit. */
  account(args?: object, name?: string): Declaration;
  /** A key of that account. */
  key(args?: object, account?: string, name?: string): Declaration;
  /** Every changeable field of an account, in words, before and after. */
  readonly update: readonly [words: string, from: object, to: object];
  /** Another limit. */
  readonly limit: object;
  /** An account in the vendor's words that differs from `account()` in what can differ. */
  readonly seed: Readonly<Record<string, unknown>>;
  /** A changed argument that makes a new key; undefined where a key has none. */
  readonly otherKey: object | undefined;
  /** Whether an account is born with a key that is shown once, so that a take-over makes a new one. */
  readonly newKeyInTakeOver: boolean;
  /** What a forced replacement of an account is refused with. */
  readonly replaceRefused?: RegExp;
}

const account =
  (type: Declaration["type"], defaults: object) =>
  (args: object = {}, name: string = "acme") => ({
    type,
    name,
    args: { name: `Customer ${name}`, ...defaults, ...args },
  });

const named =
  (type: Declaration["type"]) =>
  (args: object = {}, of: string = "acme", name: string = "backend") => ({
    type,
    name,
    args: { subAccountId: idOf(of), name, ...args },
  });

const withExternalId =
  (make: Kit["account"]): Kit["account"] =>
  (args, name = "acme") =>
    make({ externalId: `tenant-${name}`, ...args }, name);

/** One kit per vendor. */
export const kits: readonly Kit[] = [
  {
    vendor: "zavu",
    account: withExternalId(account("zavu.SubAccount", { creditLimit: 5000 })),
    key: named("zavu.ApiKey"),
    update: [
      "name, `externalId`, `creditLimit` and `metadata`",
      { metadata: { tier: "gold" } },
      { name: "Renamed", externalId: "tenant-2", creditLimit: 700, metadata: { plan: "pro" } },
    ],
    limit: { creditLimit: 9 },
    seed: { name: "Before", externalId: "tenant-acme", creditLimit: 1 },
    otherKey: { permissions: ["messages:send"] },
    newKeyInTakeOver: true,
  },
  {
    vendor: "bctrl",
    account: withExternalId(account("bctrl.SubAccount", { limits: { maxActiveRuns: 5, maxSpaces: 2 } })),
    key: named("bctrl.ApiKey"),
    update: [
      "name, `externalId`, `limits` and `metadata`",
      { metadata: { tier: "gold" } },
      {
        name: "Renamed",
        externalId: "tenant-2",
        limits: { maxActiveRuns: 6, monthlyCreditLimit: 100 },
        metadata: { plan: "pro" },
      },
    ],
    limit: { limits: { maxActiveRuns: 9 } },
    seed: { name: "Before", externalId: "tenant-acme", limits: { maxSpaces: 1 } },
    otherKey: { expiresAt: "2199-01-31T00:00:00Z" },
    newKeyInTakeOver: false,
  },
  {
    vendor: "bolna",
    account: account("bolna.SubAccount", { allowConcurrentCalls: 4, deletionPolicy: "delete" }),
    key: (_args, of = "acme", name = "backend") => ({
      type: "bolna.ApiKey",
      name,
      args: { subAccountId: idOf(of) },
    }),
    update: ["name and `allowConcurrentCalls`", {}, { name: "Renamed", allowConcurrentCalls: 7 }],
    limit: { allowConcurrentCalls: 9 },
    seed: { name: "Customer acme", allow_concurrent_calls: 1 },
    otherKey: undefined,
    newKeyInTakeOver: false,
    replaceRefused: /run `pulumi up` without it/,
  },
];
