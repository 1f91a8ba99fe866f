import { describe, expect, it } from "vitest";
import type { Seed } from "../../../emulator/files/seed";
import { environmentOf } from "../../support/environment.mts";
import { emulate } from "../emulator/support";
import { markerOf, reports, stateOf, type TenantEntry } from "./report-world";

const uuid = (number: number) => `00000000-0000-4000-8000-${String(number).padStart(12, "0")}`;

/** Acme, of the tier gold, at three vendors, and what they have used. */
const seed: Seed = {
  zavu: {
    accounts: [
      {
        id: "zv1",
        name: "Acme",
        externalId: "tenant-acme",
        creditLimit: 5_000,
        totalSpent: 3_100,
        ...markerOf(),
      },
    ],
  },
  bctrl: {
    accounts: [
      {
        id: "sub_1",
        name: "Acme",
        externalId: "tenant-acme",
        limits: { maxActiveRuns: 5, monthlyCreditLimit: 20_000 },
        ...markerOf(),
      },
    ],
  },
  bolna: { accounts: [{ id: uuid(1), name: "Acme", allow_concurrent_calls: 4 }] },
};
const acme: TenantEntry = {
  externalId: "tenant-acme",
  name: "Acme Corp",
  tier: "gold",
  accounts: [
    { vendor: "zavu", id: "zv1", inputs: { creditLimit: 5_000 } },
    { vendor: "bctrl", id: "sub_1", inputs: { limits: { maxActiveRuns: 5, monthlyCreditLimit: 20_000 } } },
    { vendor: "bolna", id: uuid(1), inputs: { allowConcurrentCalls: 4 } },
  ],
};

async function estate(more: Seed = {}, tenants: readonly TenantEntry[] = [acme]) {
  const emulator = await emulate({ seed: { ...seed, ...more } });
  emulator.bctrl.setUsage("sub_1", { usedCredits: 9_000, activeRuns: 2, usedSpaces: 1 });
  emulator.bolna.setUsage(uuid(1), { total_records: 12, total_duration: 340, total_cost: 87.5 });
  return { emulator, ...reports(environmentOf(emulator), [stateOf(tenants)]) };
}

describe("subaccounts report", () => {
  it("shows each account's limits and use, each of the period that the vendor has", async () => {
    const { json } = await estate();
    const { code, report, row } = await json();
    expect(code).toBe(0);
  });
});
