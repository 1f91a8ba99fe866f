import { type Account, isNamedIn, label } from "./core/account";
import { type Approval, approvalsOf, approvalsSchema } from "./core/approval";
import { baselineSchema, compareWithBaseline } from "./core/baseline";
import { endsOwnKey, isLowered, isRaised, isSuspended } from "./core/effects";
import { isRevoked, type Key, labelOfKey } from "./core/key";
import { stackPolicy } from "./core/policy";
import { read, readText } from "./core/reading";

const KINDS = ["deleted", "suspended", "keys revoked", "lowered", "raised"] as const;

type Kind = (typeof KINDS)[number];

interface Config {
  readonly percent?: number;
  readonly always?: number;
  readonly loweredBy?: number;
  readonly counts?: readonly Kind[];
  readonly approvals?: readonly Approval<Kind>[];
  readonly baseline?: string;
}

const PERCENT = 10;
const ALWAYS = 1;
const LOWERED_BY = 50;
/** How many of each kind a message names. */
const NAMED = 3;

/** An account that the run changes in a way that hurts or costs, or a key of one. */
interface Touched {
  readonly kind: Kind;
  /** Vendor and id of the account. */
  readonly account: string;
  readonly label: string;
}

/** One run changes few accounts in a way that hurts or costs. */
export const blastRadius = stackPolicy<Config>(
  {
    name: "blast-radius",
    description:
      "One run deletes, suspends, lowers or raises few of the accounts, and revokes the keys of few.",
    enforcementLevel: "mandatory",
    configSchema: {
      properties: {
        percent: {
          type: "number",
          minimum: 0,
          maximum: 100,
          description:
            "how many of the accounts before the run may be touched by it, all kinds together, in per cent",
          default: PERCENT,
        },
        always: {
          type: "integer",
          minimum: 0,
          description: "how many may be, however few accounts there are",
          default: ALWAYS,
        },
        loweredBy: {
          type: "number",
          minimum: 0,
          maximum: 100,
          description: "by more than how many per cent a limit must go down to count as lowered",
          default: LOWERED_BY,
        },
        counts: {
          type: "array",
          description: "the kinds of change that count",
          items: { type: "string", enum: [...KINDS] },
          default: [...KINDS],
        },
        approvals: approvalsSchema(KINDS),
        baseline: baselineSchema,
      },
    },
    about: {
      sees: "the accounts and keys of the baseline and those that the stack is to hold. Deleted: an account that is in the baseline alone, unless it is retained, moved by an alias, or adopted by another resource. Suspended: `status` is `inactive`, or a limit is 0, and was not. Keys revoked: an `ApiKey` resource is gone or is for another account, its `overlapHours` now end a replaced key at once, a changed argument replaces it with `overlapHours: 0`, or an account's `ownKey` became `revoke`. Lowered: a limit went down by more than `loweredBy`, or there is one where there was none. Raised: a limit went up, or is gone. An account that the run adopts counts where it is suspended or loses its own key. An account counts once, whatever is done to it, and not at all where every such change of it is approved",
      cannotSee:
        "anything without a baseline: it is a violation that there is none; whether the baseline is the state of a moment ago; what an account has used, which no state holds. A key that a rotation replaces with an overlap or by its age, one that is made to expire, and one whose announced overlap is over, do not count. `pulumi destroy` asks no policy",
      unknown: "counts, and so does a limit that the baseline holds encrypted, as raised",
      example: { percent: 5, always: 2, loweredBy: 30, baseline: "/tmp/baseline.json" },
    },
  },
  (stack, config, report) => {
    const { percent = PERCENT, always = ALWAYS, loweredBy = LOWERED_BY, counts = KINDS } = config;
    const compared = compareWithBaseline(stack, config, report);
    if (compared === undefined) return;
    const ofAccounts = compared.pairs.flatMap(({ before, now }): Touched[] => {
      const account = idOf(before);
      const kinds =
        now === undefined
          ? KINDS.filter((kind) => kind === "deleted" && !before.isRetained)
          : kindsOf(before.account, now, loweredBy);
      return kinds.map((kind) => ({ kind, account, label: label(before.account) }));
    });
    const ofAdopted = compared.added.flatMap((now): Touched[] => {
      const kinds = declaresAdopt(now) ? kindsOf({ ...now, props: {} }, now, loweredBy) : [];
      // What an adopted account had before, no state shows: its limits cannot be compared.
      return kinds
        .filter((kind) => kind === "suspended" || kind === "keys revoked")
        .map((kind) => ({ kind, account: now.urn, label: label(now) }));
    });
    const deleted = new Set(ofAccounts.flatMap(({ kind, account }) => (kind === "deleted" ? [account] : [])));
    // The keys of an account that is deleted end with it.
    const ofKeys = compared.keys.flatMap(({ before, now }): Touched[] => {
      const account = accountOfKey(before);
      if (deleted.has(account) || !isRevoked(before, now, Date.now())) return [];
      return [{ kind: "keys revoked", account, label: labelOfKey(before) }];
    });
    const counted = [...ofAccounts, ...ofAdopted, ...ofKeys].filter(({ kind }) => counts.includes(kind));
    const { valid, expired } = approvalsOf(config.approvals ?? [], Date.now(), report);
    const byId = new Map(compared.pairs.map(({ before }) => [idOf(before), before.account]));
    const all = counted.filter(({ kind, account: id }) => {
      const account = byId.get(id);
      return !valid.some(
        ({ accounts, changes }) => account && changes.includes(kind) && isNamedIn(accounts, account),
      );
    });
    const touched = new Set(all.map(({ account }) => account)).size;
    const accounts = new Set([
      ...compared.pairs.map(({ before }) => idOf(before)),
      ...compared.keys.map(({ before }) => accountOfKey(before)),
    ]).size;
    const allowed = Math.max(always, Math.floor((accounts * percent) / 100));
    if (touched <= allowed) return;
    const approved = all.length < counted.length ? ", beside what is approved" : "";
    const late = expired.length > 0 ? ` An approval until ${expired.join(", ")} is expired.` : "";
    report(
      `this run touches ${touched} of ${accounts} accounts${approved}; at most ${allowed} (${percent} %, and ${always} in any case) are allowed at once. ${list(all)}.${late} Do it in several runs, or approve these accounts for this one`,
    );
  },
);

function declaresAdopt({ props }: Account): boolean {
  const reading = read(props, "adopt");
  return !reading.isKnown || reading.value !== undefined;
}

/** The effect of the run on an account that stays. */
function kindsOf(before: Account, now: Account, loweredBy: number): Kind[] {
  const isOf: Readonly<Record<Kind, boolean>> = {
    deleted: false,
    suspended: isSuspended(before, now),
    "keys revoked": endsOwnKey(before, now),
    lowered: isLowered(before, now, loweredBy),
    raised: isRaised(before, now),
  };
  return KINDS.filter((kind) => isOf[kind]);
}

/** An account of the state before the run: vendor and id. */
function idOf({ account, id }: { readonly account: Account; readonly id: string | undefined }): string {
  return `${account.vendor} ${id}`;
}

/** The account of a key: vendor and id, or the key's own URN where the baseline does not show the id. */
function accountOfKey({ vendor, props, urn }: Key): string {
  return `${vendor} ${readText(props, "subAccountId") ?? urn}`;
}

/** How many there are of each kind, and the first of them by name. */
function list(touched: readonly Touched[]): string {
  const texts = KINDS.flatMap((kind) => {
    const labels = touched.filter((each) => each.kind === kind).map((each) => each.label);
    if (labels.length === 0) return [];
    const more = labels.length > NAMED ? ` and ${labels.length - NAMED} more` : "";
    return [`${kind} (${labels.length}): ${labels.toSorted().slice(0, NAMED).join(", ")}${more}`];
  });
  return texts.join(". ");
}
