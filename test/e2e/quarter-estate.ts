import type { EmulatorOptions } from "pulumi-subaccounts/emulator";

/** An account at a vendor that somebody made before there was code, with the key that its customer uses. */
interface Found {
  readonly tenant: string;
  readonly vendor: "zavu" | "bctrl" | "bolna";
  readonly id: string;
  readonly key: string;
}

/** Customers over three vendors and two organizations, as years of scripts leave them. */
export interface Estate {
  readonly seed: NonNullable<EmulatorOptions["seed"]>;
  /** Which account is whose, where the vendors alone do not tell. */
  readonly mapping: string;
  readonly accounts: readonly Found[];
  /** The externalIds of the customers in this role, sorted. */
  tenants(...roles: readonly Role[]): string[];
}

/** What is odd about a customer, or becomes of it. Each twelfth customer has the same role. */
const roles = [
  "managed",
  "without an id at Zavu",
  "without an id at bctrl",
  "another id at Zavu",
  "one of two with one name",
  "the other with that name",
  "stopped by hand",
  "in two organizations",
  "without limits",
  "leaves",
  "mistyped",
  "does not pay",
] as const;

type Role = (typeof roles)[number];

const digits = (number: number, length: number) => String(number).padStart(length, "0");

/** @param count customers; a multiple of twelve has every role equally often */
export function quarterEstate(count: number): Estate {
  const zavu: object[] = [];
  const bctrl: object[] = [];
  const bolna: object[] = [];
  const other: object[] = [];
  const rows: string[] = [];
  const accounts: Found[] = [];
  const numbers = Array.from({ length: count }, (_, index) => index);
  const roleOf = (number: number) => roles[number % roles.length] as Role;
  const tenantOf = (number: number) =>
    `${roleOf(number) === "mistyped" ? "tennant" : "tenant"}-${digits(number, 3)}`;
  for (const number of numbers) {
    const [role, tenant] = [roleOf(number), tenantOf(number)];
    const isTwin = role === "one of two with one name" || role === "the other with that name";
    const name = `Customer ${digits(role === "the other with that name" ? number - 1 : number, 3)}`;
    const hasTier = role !== "without limits" && role !== "another id at Zavu";
    const keyOf = (vendor: Found["vendor"], id: string) => {
      const key = `${vendor}_estate_key_in_use_${digits(number, 4)}`;
      accounts.push({ tenant, vendor, id, key });
      return key;
    };

    const zavuId = `jx7estate${digits(number, 6)}`;
    zavu.push({
      id: zavuId,
      name: role === "without limits" ? `${name}  ` : name,
      ...(role === "without an id at Zavu" ? {} : { externalId: tenant }),
      ...(role === "another id at Zavu" ? { externalId: `4711-${digits(number, 3)}` } : {}),
      status: role === "stopped by hand" ? "inactive" : "active",
      creditLimit: hasTier ? 500 : role === "without limits" ? null : 123_400,
      totalSpent: number * 7,
      metadata: number % 3 === 0 ? { crm: { id: number }, plan: "old" } : null,
      keys: [
        { name: "Default", secret: `zv_live_estate_first_${digits(number, 4)}` },
        { name: "backend", secret: keyOf("zavu", zavuId) },
      ],
    });
    if (role === "without an id at Zavu" || role === "another id at Zavu")
      rows.push(`zavu,${zavuId},${tenant}`);

    const bctrlId = `sub_${digits(number, 5)}`;
    if (role !== "one of two with one name") {
      bctrl.push({
        id: bctrlId,
        name,
        ...(role === "without an id at bctrl" ? {} : { externalId: tenant }),
        limits: hasTier
          ? { maxActiveRuns: 1, maxSpaces: 1, monthlyCreditLimit: 5000 }
          : {
              maxActiveRuns: null,
              maxSpaces: 3,
              monthlyCreditLimit: role === "without limits" ? null : 7000,
            },
        ...(number % 4 === 1 ? { metadata: { team: "growth" } } : {}),
        keys: [{ name: "worker", secret: keyOf("bctrl", bctrlId) }],
      });
      if (role === "without an id at bctrl") rows.push(`bctrl,${bctrlId},${tenant}`);
    }

    const bolnaId = `00000000-0000-4000-8000-${digits(number, 12)}`;
    if (number % 3 !== 2 || role === "does not pay") {
      bolna.push({
        id: bolnaId,
        name: `${name} ${isTwin ? number : "voice"}`,
        allow_concurrent_calls: hasTier ? 1 : 2,
        api_key: keyOf("bolna", bolnaId),
      });
      rows.push(`bolna,${bolnaId},${tenant}`);
    }
    if (role === "in two organizations") {
      const id = `jx7eu${digits(number, 9)}`;
      const key = `zavu_estate_key_in_use_eu_${digits(number, 4)}`;
      other.push({
        id,
        name,
        externalId: tenant,
        creditLimit: 9900,
        keys: [{ name: "backend", secret: key }],
      });
      rows.push(`zavu,${id},${tenant}-eu`);
      accounts.push({ tenant: `${tenant}-eu`, vendor: "zavu", id, key });
    }
  }
  zavu.push({ id: "jx7ended000001", name: "Gone", externalId: "gone-1", status: "inactive", keys: [] });
  bctrl.push({ id: "sub_ended", name: "Gone", externalId: "gone-1", status: "archived", keys: [] });
  return {
    seed: {
      zavu: { accounts: zavu },
      bctrl: { accounts: bctrl },
      bolna: { accounts: bolna },
      other: { zavu: { accounts: other } },
    } as Estate["seed"],
    mapping: `vendor,id,externalId\n${rows.join("\n")}\n`,
    accounts,
    tenants: (...wanted) => numbers.filter((number) => wanted.includes(roleOf(number))).map(tenantOf),
  };
}
