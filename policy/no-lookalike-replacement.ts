import { titleOf } from "../tenant/description";
import { type Account, isNamedIn, isSecret } from "./core/account";
import { baselineSchema, compareWithBaseline } from "./core/baseline";
import { stackPolicy } from "./core/policy";
import { normalized, read, readText } from "./core/reading";

interface Config {
  readonly approved?: readonly string[];
  readonly baseline?: string;
}

/** How many replacements a message names. */
const NAMED = 2;

/** The parts of an account that are compared. */
interface Traits {
  readonly account: Account;
  readonly connection: Trait;
  readonly identity: readonly Trait[];
  /** URN of its tenant. */
  readonly tenant: string | undefined;
}

/** A text in normal form; `undefined` is absent, `null` not known. */
type Trait = string | undefined | null;

/** A removed account, and a new one that may be the same customer's. */
interface Replacement {
  readonly removed: Traits;
  readonly added: Traits;
}

/** No customer is ended and made anew because its resource got another name. */
export const noLookalikeReplacement = stackPolicy<Config>(
  {
    name: "no-lookalike-replacement",
    description: "No account is removed while a new one comes that looks like the same customer's.",
    enforcementLevel: "mandatory",
    configSchema: {
      properties: {
        approved: {
          type: "array",
          description:
            "the accounts that are another customer's, or are to be made anew: externalId, logical name or URN of the removed or the new one",
          items: { type: "string" },
          default: [],
        },
        baseline: baselineSchema,
      },
    },
    about: {
      sees: "the accounts that are in the baseline alone and those that are new to the stack, at one vendor and connection: the same `externalId`, or the same name but for case, blanks and Unicode form; and, where accounts of two tenants look alike so, the other accounts of these tenants",
      cannotSee:
        "anything without a baseline: it is a violation that there is none; a customer whose name and `externalId` change in the same run. An alias, or `adopt` with the id of the removed account, is no replacement",
      unknown:
        "counts as alike: a name, an `externalId` or a connection, also one that the baseline holds encrypted",
      example: { approved: ["tenant-acme"], baseline: "/tmp/baseline.json" },
    },
  },
  (stack, config, report) => {
    const compared = compareWithBaseline(stack, config, report);
    if (compared === undefined) return;
    const { approved = [] } = config;
    const isMeant = (account: Account) => isNamedIn(approved, account);
    const removed = compared.pairs.flatMap(({ before: { account }, now }) =>
      now === undefined && !isMeant(account) ? [traitsOf(account)] : [],
    );
    const added = compared.added.filter((account) => !isMeant(account)).map(traitsOf);
    const found = replacements(removed, added);
    const [first] = found;
    if (first === undefined) return;
    const named = found.slice(0, NAMED).map(textOf);
    const more = found.length > NAMED ? ` and ${found.length - NAMED} more` : "";
    report(
      `accounts that look like renamed customers (${found.length}): ${named.join(", ")}${more}. The old ones and their keys would end. Keep the logical name, or add ${wayOut(first)}. Approve those that are other customers`,
      first.added.account.urn,
    );
  },
);

/** Pairs that look alike, and with them the other accounts of their tenants. */
function replacements(removed: readonly Traits[], added: readonly Traits[]): Replacement[] {
  const alike = pairsOf(removed, added, isAlike);
  const siblings = alike.flatMap(({ removed: one, added: other }) =>
    one.tenant === undefined || other.tenant === undefined
      ? []
      : pairsOf(
          removed.filter(({ tenant }) => tenant === one.tenant),
          added.filter(({ tenant }) => tenant === other.tenant),
          () => true,
        ),
  );
  const pairs = new Map([...alike, ...siblings].map((each) => [keyOf(each), each]));
  return [...pairs.values()].sort((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1));
}

/** The pairs at one vendor and connection for which something holds. */
function pairsOf(
  removed: readonly Traits[],
  added: readonly Traits[],
  holds: (before: Traits, now: Traits) => boolean,
): Replacement[] {
  const isAtOnePlace = (before: Traits, now: Traits) =>
    before.account.vendor === now.account.vendor && maybeEqual(before.connection, now.connection);
  return removed.flatMap((before) =>
    added
      .filter((now) => isAtOnePlace(before, now) && holds(before, now))
      .map((now) => ({ removed: before, added: now })),
  );
}

function keyOf({ removed, added }: Replacement): string {
  return `${removed.account.urn} ${added.account.urn}`;
}

/** Two absent texts say nothing. */
function isAlike(before: Traits, now: Traits): boolean {
  return before.identity.some((trait, index) => {
    const other = now.identity[index];
    return trait !== undefined && other !== undefined && maybeEqual(trait, other);
  });
}

function maybeEqual(one: Trait, other: Trait): boolean {
  return one === null || other === null || one === other;
}

function traitsOf(account: Account): Traits {
  const trait = (path: string): Trait => {
    const reading = read(account.props, path);
    if (!reading.isKnown) return null;
    return typeof reading.value === "string" ? normalized(reading.value) : undefined;
  };
  return {
    account,
    connection: trait("connection"),
    identity: [trait("externalId"), trait("name")],
    tenant: account.tenant?.urn,
  };
}

function textOf({ removed, added }: Replacement): string {
  const [old, now] = [removed, added].map(({ account }) => JSON.stringify(account.name));
  return `${titleOf(removed.account.vendor)} ${old} → ${now}`;
}

/** The option that makes the new resource the old one; a tenant hands it on to its children. */
function wayOut({ removed, added }: Replacement): string {
  if (removed.tenant === undefined || added.tenant === undefined) {
    return `aliases: [${JSON.stringify(removed.account.urn)}]`;
  }
  const [formerId, id] = [removed, added].map(({ account }) => readText(account.props, "externalId"));
  // The logical name is made of the externalId, as that of a tenant in a file.
  const isCorrected = formerId !== undefined && formerId !== id && nameOf(removed.tenant).includes(formerId);
  if (isCorrected && !isSecret(removed.account, "externalId")) {
    return `formerly: ${JSON.stringify(formerId)} to the Tenant or its file`;
  }
  return `aliases: [{ name: ${JSON.stringify(nameOf(removed.tenant))} }] to the Tenant (in its file: movedFrom)`;
}

function nameOf(urn: string): string {
  return urn.split("::").slice(3).join("::");
}
