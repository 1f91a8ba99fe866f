import type { EmulatorOptions } from "../../../emulator";
import type { Seed } from "../../../emulator/files/seed";
import { environmentOf } from "../../support/environment.mts";
import { emulate } from "../emulator/support";
import { markerOf, reports, stateOf, type TenantEntry } from "./report-world";

/** The id of an account at Bolna. */
export const uuid = (number: number) => `00000000-0000-4000-8000-${String(number).padStart(12, "0")}`;

/** Acme, of the tier gold, at three vendors. */
export const acme: TenantEntry = {
  externalId: "tenant-acme",
  name: "Acme Corp",
  tier: "gold",
  accounts: [
    { vendor: "zavu", id: "zv1", inputs: { creditLimit: 5_000 } },
    { vendor: "bctrl", id: "sub_1", inputs: { limits: { maxActiveRuns: 5, monthlyCreditLimit: 20_000 } } },
    { vendor: "bolna", id: uuid(1), inputs: { allowConcurrentCalls: 4 } },
  ],
};

const seed = {
  zavu: {
    id: "zv1",
    name: "Acme",
    externalId: "tenant-acme",
    creditLimit: 5_000,
    totalSpent: 3_100,
    createdAt: "2026-01-05T09:00:00.000Z",
    ...markerOf(),
  },
  bctrl: {
    id: "sub_1",
    name: "Acme",
    externalId: "tenant-acme",
    limits: { maxActiveRuns: 5, monthlyCreditLimit: 20_000 },
    ...markerOf(),
  },
  bolna: { id: uuid(1), name: "Acme", allow_concurrent_calls: 4 },
};

/** Changes of Acme's accounts, and accounts beside them, by vendor. */
export interface More {
  readonly zavu?: readonly object[];
  readonly bctrl?: readonly object[];
  readonly bolna?: readonly object[];
  /** Of Acme's own accounts. */
  readonly changed?: { readonly [Vendor in keyof typeof seed]?: object };
  /** Beside Acme. */
  readonly tenants?: readonly TenantEntry[];
  readonly states?: readonly object[];
  readonly env?: Record<string, string>;
  readonly options?: EmulatorOptions;
}

/** Acme's accounts with what they have used, and whatever else is given. */
export async function openEstate(more: More = {}) {
  const { changed = {}, tenants = [], env = {}, options = {} } = more;
  const accounts = (vendor: keyof typeof seed) => ({
    accounts: [{ ...seed[vendor], ...changed[vendor] }, ...(more[vendor] ?? [])],
  });
  const emulator = await emulate({
    seed: { zavu: accounts("zavu"), bctrl: accounts("bctrl"), bolna: accounts("bolna") } as Seed,
    ...options,
  });
  emulator.bctrl.setUsage("sub_1", { usedCredits: 9_000, activeRuns: 2, usedSpaces: 1 });
  emulator.bolna.setUsage(uuid(1), { total_records: 12, total_duration: 340, total_cost: 87.5 });
  const states = more.states ?? [stateOf([acme, ...tenants])];
  // Further vendors of the emulator hold nothing, and cost calls.
  const known = Object.entries(environmentOf(emulator)).filter(([name]) => /^(ZAVU|BCTRL|BOLNA)/.test(name));
  return { emulator, ...reports({ ...Object.fromEntries(known), ...env }, states) };
}
