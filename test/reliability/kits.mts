import { inWords, subjectOf, VENDORS, type VendorName } from "../vendors/index.mts";
import { type Declaration, idOf } from "./declarations.mts";

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

/** What the scenarios of a vendor are made of, by what the suites know of it. */
function kitOf(vendor: VendorName): Kit {
  const { isMarked, bornWith, required, limit, update, keys } = subjectOf(vendor);
  const [from, to] = update;
  const fields = Object.keys(to).map((field) => (field === "name" ? field : `\`${field}\``));
  return {
    vendor,
    account: (args = {}, name = "acme") => {
      const identity = isMarked ? { externalId: `tenant-${name}` } : {};
      const own = { name: `Customer ${name}`, ...identity, ...required, ...limit(5) };
      return { type: `${vendor}.SubAccount`, name, args: { ...own, ...args } };
    },
    key: (args = {}, of = "acme", name = "backend") => {
      const own = { subAccountId: idOf(of), ...(keys && { name, ...args }) };
      return { type: `${vendor}.ApiKey`, name, args: own };
    },
    update: [`${fields.slice(0, -1).join(", ")} and ${fields.at(-1)}`, from, to],
    limit: limit(9),
    seed: {
      name: isMarked ? "Before" : "Customer acme",
      ...(isMarked && { externalId: "tenant-acme" }),
      ...inWords(vendor, limit(1)),
    },
    otherKey: keys && (Object.keys(keys.full).length > 0 ? keys.full : { name: "worker" }),
    newKeyInTakeOver: bornWith === "a key that is shown once",
    ...(!isMarked && { replaceRefused: /run `pulumi up` without it/ }),
  };
}

/** One kit per vendor. */
export const kits: readonly Kit[] = VENDORS.map(kitOf);
