import { type Approval, approvalsOf, approvalsSchema } from "./core/approval";
import { baselineSchema, compareWithBaseline } from "./core/baseline";
import { stackPolicy } from "./core/policy";
import { accountOfKey, idOf, KINDS, type Kind, type Touched, touchedBy } from "./core/touched";

interface Config {
  readonly percent?: number;
  readonly always?: number;
  readonly loweredBy?: number;
  readonly leastOverlapHours?: number;
  readonly counts?: readonly Kind[];
  readonly approvals?: readonly Approval<Kind>[];
  readonly baseline?: string;
}

const PERCENT = 10;
const ALWAYS = 1;
const LOWERED_BY = 50;
const LEAST_OVERLAP_HOURS = 1;

/** How many of each kind a message names. */
const NAMED = 3;

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
        leastOverlapHours: {
          type: "number",
          minimum: 0,
          description: "the shortest overlap, in hours, with which a replaced key does not count as revoked",
          default: LEAST_OVERLAP_HOURS,
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
      sees: "the accounts and keys of the baseline and those that the stack is to hold. Deleted: an account that is in the baseline alone, unless it is retained, moved by an alias, or adopted by another resource; and one that is replaced by force with the option `deleteBeforeReplace`. Suspended: `status` is `inactive`, or a limit is 0, and was not; a tenant's `suspended` and `ended` count as what they do to its accounts, on the day that they do it. Keys revoked: an `ApiKey` resource is gone, is for another account, or is replaced by force; `overlapHours` now end a replaced key within `leastOverlapHours`; a changed argument replaces a key with less than that, or a changed `rotateAfterDays` or `overlapHours` will within a day; or an account's `ownKey` became `revoke`. Lowered: a limit went down by more than `loweredBy`, or there is one where there was none, or the guaranteed `minConcurrency` became 0. Raised: a limit went up, also from the 0 of a suspension, or is gone. A change in `limits` whose meaning is not known (bctrl's `v2`) counts as suspended, lowered and raised. An account that the run adopts counts where it is suspended or loses its own key. An account counts once, whatever is done to it, and not at all where every such change of it is approved",
      cannotSee:
        "anything without a baseline: it is a violation that there is none; whether the baseline is the state of a moment ago; what an account has used, which no state holds. A key that a rotation replaces with an overlap or by an age that was announced, one that is made to expire, and one whose announced overlap is over, do not count. That a key is replaced by force (`--replace`, `replacementTrigger`, `replaceWith`, `pulumi state taint`) shows in a preview by what is missing: where an argument of the key changes in the same run, the preview takes a `--replace`, or a first `replaceWith`, for a rotation, and only the end of the `up` tells. `pulumi destroy` asks no policy",
      unknown: "counts, and so does a limit that the baseline holds encrypted, as raised",
      example: { percent: 5, always: 2, loweredBy: 30, baseline: "/tmp/baseline.json" },
    },
  },
  (stack, config, report) => {
    const { percent = PERCENT, always = ALWAYS, counts = KINDS } = config;
    const { loweredBy = LOWERED_BY, leastOverlapHours = LEAST_OVERLAP_HOURS } = config;
    const compared = compareWithBaseline(stack, config, report);
    if (compared === undefined) return;
    const counted = touchedBy(compared, { loweredBy, leastOverlapHours }).filter(({ kind }) =>
      counts.includes(kind),
    );
    const { valid, expired } = approvalsOf(config.approvals ?? [], Date.now(), report);
    const all = counted.filter(
      ({ kind, names }) =>
        !valid.some(
          (each) => each.changes.includes(kind) && each.accounts.some((name) => names.includes(name)),
        ),
    );
    const touched = new Set(all.map(({ account }) => account)).size;
    const accounts = new Set([
      ...compared.pairs.map(({ before }) => idOf(before)),
      ...compared.keys.map(({ before }) => accountOfKey(before.key)),
    ]).size;
    const allowed = Math.max(always, Math.floor((accounts * percent) / 100));
    if (touched <= allowed) return;
    const approved = all.length < counted.length ? ", beside what is approved" : "";
    const late = expired.length > 0 ? ` An approval until ${expired.join(", ")} is expired.` : "";
    report(
      `this run touches ${touched} of ${accounts} accounts${approved}; at most ${allowed} (${percent} %, and ${always} in any case) are allowed at once. ${list(all)}.${late} Do it in several runs, or approve these accounts for this one${strays(all)}`,
    );
  },
);

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

/** How to approve keys whose accounts have no names here. */
function strays(touched: readonly Touched[]): string {
  const [first] = touched.filter(({ isStray }) => isStray).map((each) => each.label);
  if (first === undefined) return "";
  return `; of an account that this stack does not have, name the key (${first}) by its logical name or URN`;
}
