import type { EmulatorOptions } from "pulumi-subaccounts/emulator";

/** Customers as years of scripts leave them, and what a CRM knows of them. */
export interface Estate {
  readonly seed: NonNullable<EmulatorOptions["seed"]>;
  /** Which account is whose, as CSV: every account of Bolna, and what the vendors alone do not tell. */
  readonly mapping: string;
  /** How many customers there are once everything is decided. */
  readonly customers: number;
  /** Accounts by vendor that have not ended. */
  readonly accounts: Readonly<Record<"zavu" | "bctrl" | "bolna", number>>;
}

const ZAVU_LIMITS = [null, 1_000, 5_000, 10_000, 250_000];
const two = (number: number) => String(number).padStart(2, "0");
const id = (number: number) => String(number).padStart(5, "0");
const uuid = (number: number) => `00000000-0000-4000-8000-${String(number).padStart(12, "0")}`;

/**
 * A messy estate over three vendors: accounts without any id, equal names, ids that differ between vendors, inactive
 * accounts with and without keys that work, archived ones, customers in two organizations, metadata of other tools, keys
 * in use.
 *
 * @param count customers, 100 or more
 */
export function estateOf(count: number): Estate {
  const zavu: object[] = [];
  const bctrl: object[] = [];
  const bolna: object[] = [];
  const rows: string[] = [];
  const numbers = Array.from({ length: count }, (_, index) => index);
  for (const number of numbers) {
    const customer = `tenant-${id(number)}`;
    // Seven pairs have one name.
    const name = number < 14 ? `Twin ${Math.floor(number / 2)}` : `Customer ${id(number)}`;
    // Five have another id at Zavu.
    const isOther = number >= 20 && number < 25;
    // Twelve have no id: six here, six at bctrl.
    const isWithout = number >= 30 && number < 36;
    const isWithoutThere = number >= 36 && number < 42;
    // Nine do not pay: their keys are still there.
    const isSuspended = number >= 50 && number < 59;
    const hasZavu = number % 4 !== 3 || number < 60;
    const hasBctrl = number % 3 !== 2 || !hasZavu || number < 60;
    if (hasZavu) {
      zavu.push({
        id: `zv${id(number)}`,
        name: number % 10 === 7 ? `${name}  ` : name,
        ...(isWithout ? {} : { externalId: isOther ? `4711-${two(number)}` : customer }),
        ...(isSuspended ? { status: "inactive" } : {}),
        creditLimit: ZAVU_LIMITS[number % ZAVU_LIMITS.length],
        totalSpent: number * 7,
        metadata: number % 3 === 0 ? { crm: { id: number }, plan: "gold" } : null,
        keys: [
          { name: "Default", secret: `zv_live_estate_${id(number)}_first` },
          { name: "backend", secret: `zv_live_estate_${id(number)}_second`, lastUsedAt: 1_770_000_000_000 },
        ],
      });
    }
    if (hasBctrl) {
      bctrl.push({
        id: `sub_${id(number)}`,
        name,
        ...(isWithoutThere ? {} : { externalId: customer }),
        limits: {
          maxActiveRuns: number % 4 === 0 ? null : 1 + (number % 9),
          maxSpaces: number % 5 === 0 ? null : 2,
          monthlyCreditLimit: number % 6 === 0 ? null : 1_000 * (1 + (number % 7)),
        },
        ...(number % 4 === 1 ? { metadata: { team: "growth" } } : {}),
        keys: [{ name: "worker" }],
      });
    }
    if (number % 2 === 0) {
      bolna.push({
        id: uuid(number),
        name: `${name} (voice ${number})`,
        allow_concurrent_calls: 1 + (number % 3),
      });
      rows.push(`bolna,${uuid(number)},${customer}`);
    }
    if (isOther || isWithout) rows.push(`zavu,zv${id(number)},${customer}`);
    if (isWithoutThere) rows.push(`bctrl,sub_${id(number)},${customer}`);
  }
  const accounts = { zavu: zavu.length + 3, bctrl: bctrl.length, bolna: bolna.length };
  for (const number of numbers.slice(0, 9)) {
    zavu.push({
      id: `zvend${number}`,
      name: `Gone ${number}`,
      externalId: `gone-${number}`,
      status: "inactive",
      keys: [],
    });
  }
  for (const number of numbers.slice(0, 20)) {
    bctrl.push({
      id: `sub_end${two(number)}`,
      name: `Archived ${number}`,
      externalId: `archived-${number}`,
      status: "archived",
      keys: [],
    });
  }
  // Three have an account in the other organization, too.
  const other = numbers.slice(60, 63).map((number) => ({
    id: `eu${id(number)}`,
    name: `Customer ${id(number)}`,
    externalId: `tenant-${id(number)}`,
    creditLimit: 9_900,
  }));
  rows.push(...other.map((each) => `zavu,${each.id},${each.externalId}-eu`));
  return {
    seed: {
      zavu: { accounts: zavu },
      bctrl: { accounts: bctrl },
      bolna: { accounts: bolna },
      other: { zavu: { accounts: other } },
    } as Estate["seed"],
    mapping: `vendor,id,externalId\n${rows.join("\n")}\n`,
    customers: count + other.length,
    accounts,
  };
}
