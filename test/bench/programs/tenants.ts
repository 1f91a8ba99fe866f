/** What each of the three programs declares, as many times as the bench asks for. */
export interface Tenant {
  name: string;
  externalId: string;
  /** Cents. */
  creditLimit: number;
  metadata: Record<string, unknown>;
}

/** The declarations by resource name, the same in every program. */
export function tenants(): [resourceName: string, tenant: Tenant][] {
  return Array.from({ length: Number(process.env["BENCH_N"]) }, (_, index) => [
    `tenant-${index}`,
    {
      name: `Tenant ${index}`,
      externalId: `tenant-${index}`,
      creditLimit: 50_00 + index,
      metadata: { tier: "gold" },
    },
  ]);
}
