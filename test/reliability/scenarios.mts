import { subjectOf, type VendorName } from "../vendors/index.mts";
import type { Declaration } from "./declarations.mts";
import { type Kit, kits } from "./kits.mts";

/** What a user does to a stack while things go wrong. */
export type Operation =
  | "create"
  | "update"
  | "replace account"
  | "replace key"
  | "delete"
  | "adopt"
  | "rotate"
  | "rotate at once"
  | "end of overlap"
  | "several";

/** A stack as it is, and the change of its program that is to come through. */
export interface Scenario {
  readonly vendor: VendorName;
  readonly operation: Operation;
  /** What the operation is, in one line for the page. */
  readonly what: string;
  /** The API version, where it is not the newest. */
  readonly version?: string;
  /** Fields of an account that the vendor has before, and that `after` adopts. */
  readonly seed?: Readonly<Record<string, unknown>>;
  readonly before: readonly Declaration[];
  /** A second program, after the first and before the operation. */
  readonly meanwhile?: readonly Declaration[];
  /** @param seeded the id of the seeded account. */
  readonly after: (seeded: string) => readonly Declaration[];
  /** The resource whose replacement the user forces. */
  readonly replace?: string;
  /** Resources whose key is another one afterwards. */
  readonly renews?: readonly string[];
  /** Whether the keys from before still work for a while. */
  readonly overlaps?: boolean;
  /** The keys from before end in the next `up`. */
  readonly endsInNextUp?: boolean;
  /** The provider refuses it, with these words. */
  readonly refused?: RegExp;
}

/** An overlap that is over when the next command runs, in hours. */
const MOMENT = 1e-6;

/** The scenarios of accounts, which are the same for every vendor. */
function accountScenarios({ vendor, account, key, ...kit }: Kit): Scenario[] {
  const [fields, from, to] = kit.update;
  const both = [account(), key()];
  const beta = [account({}, "beta"), key({}, "beta", "betaKey")];
  const gamma = [account({}, "gamma"), key({}, "gamma", "gammaKey")];
  const old = [account({}, "old"), key({}, "old", "oldKey")];
  return [
    {
      vendor,
      operation: "create",
      what: "an account and a key",
      before: [],
      after: () => [account(from), key()],
    },
    {
      vendor,
      operation: "update",
      what: `${fields} of an account that has a key`,
      before: [account(from), key()],
      after: () => [account(to), key()],
    },
    {
      vendor,
      operation: "replace account",
      what: `\`up --replace\` of an account, which ${kit.replaceRefused ? "is refused" : "keeps the account"}`,
      before: both,
      after: () => both,
      replace: "acme",
      ...(kit.newKeyInTakeOver && { renews: ["acme"] }),
      ...(kit.replaceRefused && { refused: kit.replaceRefused }),
    },
    {
      vendor,
      operation: "delete",
      // At Bolna an empty list proves nothing, so that the last account would be a case of its own.
      what: "an account and its key are taken out of the program, and another account stays",
      before: [...both, account({}, "beta")],
      after: () => [account({}, "beta")],
    },
    {
      vendor,
      operation: "adopt",
      what: "an account whose key is in use, with other fields than the program's, and a new key for it",
      seed: kit.seed,
      before: [],
      after: (adopt) => [account({ adopt }), key()],
    },
    {
      vendor,
      operation: "several",
      what: "a program in which two accounts with keys are new, one has another limit, and one is gone",
      before: [...both, ...old],
      after: () => [account(kit.limit), key(), ...beta, ...gamma],
    },
  ];
}

/** The scenarios of keys that are objects of their own. */
function keyScenarios({ vendor, account, key, otherKey }: Kit): Scenario[] {
  if (otherKey === undefined) return [];
  const round = (keepers: number, more: object = {}) => [
    account(),
    key({ keepers: { round: keepers }, ...more }),
  ];
  return [
    {
      vendor,
      operation: "replace key",
      what: "a changed argument of a key",
      before: [account(), key()],
      after: () => [account(), key(otherKey)],
      renews: ["backend"],
      overlaps: true,
    },
    {
      vendor,
      operation: "rotate",
      what: "changed `keepers` of a key; the one before stays valid for a day",
      before: round(1),
      after: () => round(2),
      renews: ["backend"],
      overlaps: true,
    },
    {
      vendor,
      operation: "rotate at once",
      what: "changed `keepers` of a key with `overlapHours: 0`",
      before: round(1, { overlapHours: 0 }),
      after: () => round(2, { overlapHours: 0 }),
      renews: ["backend"],
      endsInNextUp: true,
    },
    {
      vendor,
      operation: "end of overlap",
      what: "the first `up` after the overlap of a rotation, which revokes the key before",
      before: round(1, { overlapHours: MOMENT }),
      meanwhile: round(2, { overlapHours: MOMENT }),
      after: () => round(2, { overlapHours: MOMENT }),
    },
  ];
}

/** An older API version of a vendor: what differs there is in creates and updates. */
function olderScenarios(all: readonly Scenario[]): Scenario[] {
  return all.flatMap((scenario) => {
    const { older = [] } = subjectOf(scenario.vendor);
    const isOther = scenario.operation === "create" || scenario.operation === "update";
    return isOther ? older.map((version) => ({ ...scenario, version })) : [];
  });
}

const newest = kits.flatMap((kit) => [...accountScenarios(kit), ...keyScenarios(kit)]);

/** Every scenario, in the order of the page. */
export const scenarios: readonly Scenario[] = [...newest, ...olderScenarios(newest)];

/** The vendor as the page calls it, with the API version where it is not the newest. */
export function faceOf({ vendor, version = "" }: Scenario): string {
  return `${vendor} ${version}`.trim();
}
