import { CallError, ConflictError, InterruptedError, MismatchError, SubaccountsError } from "../base/errors";
import { along, readBackMs } from "../base/read-lag";
import { readBackLimits } from "./apply";
import { hasIdentity } from "./customer";
import type { Account } from "./fields";
import type { OwnKey } from "./kind";
import { markerIn, partsOf, tagsOf } from "./marker";
import { relationTo, type Step, wrongLimits } from "./step";

/** Creates, and writes of limits, of one connection and run that are read back although their reply was clear. */
const READ_BACK = 10;

/** In a fleet, creates that end so close together are looked at in one list, in milliseconds. */
const TOGETHER_MS = 250;

/** Accounts of an organization up to which a clear create is looked at once more in a whole listing. */
const MOST_LISTED = 5_000;

/**
 * Looks once more at an account that was just created: for a second one of the same create, for one that another stack
 * created at the same time, and for limits that the reply only echoed.
 *
 * @param isUnclear a reply of the create was lost: then every create is looked at, not the first ten alone.
 * @returns the account as the vendor shows it. @throws ConflictError, MismatchError
 */
export async function lookAtNew(
  step: Step,
  created: Account,
  isUnclear: boolean,
  ownKey: OwnKey | undefined,
): Promise<Account> {
  const { readBack } = step.accounts.memory;
  const isFirst = readBack.creates < READ_BACK;
  readBack.creates++;
  if (!isFirst && !isUnclear) return created;
  if (!isUnclear && (await isTooMuch(step))) return readBackLimits(step, created);
  return lookUntilShown(step, created, isUnclear, ownKey).catch((error: unknown) => {
    // The process was told to stop: the account is made, and only the second look is left out.
    if (error instanceof InterruptedError) return created;
    if (!(error instanceof CallError)) throw error;
    throw new SubaccountsError(
      `${error.fact}, so whether the new sub-account ${created.id} is the only one of its customer could not be told. It is in the state. Run ` +
        `\`pulumi refresh\`: it names a second one`,
    );
  });
}

/** Whether another whole listing is too much for a look that only makes sure; bctrl's filter costs one call. */
async function isTooMuch(step: Step): Promise<boolean> {
  const { accounts } = step;
  const { index, fleet } = accounts.memory;
  if (isFiltered(step)) return false;
  if (fleet !== undefined && !(await fleet.isFirstLook("creates"))) return true;
  if (accounts.api.get === undefined) return false;
  return (fleet?.accounts ?? (await index.read()).all().length) > MOST_LISTED;
}

function isFiltered({ facts, args }: Step): boolean {
  return facts.canFilter === true && typeof args["externalId"] === "string";
}

/** Looks until the vendor lists the new account as it was asked for, or reads can no longer lag behind. */
async function lookUntilShown(
  step: Step,
  created: Account,
  isUnclear: boolean,
  ownKey: OwnKey | undefined,
): Promise<Account> {
  const { run, ownership } = step.context;
  let seen: Account | undefined;
  let isListEmpty = false;
  if (step.accounts.memory.fleet !== undefined && !isFiltered(step)) await run.sleep(TOGETHER_MS);
  for await (const _ of along(run, readBackMs(run.lagMs))) {
    const looked = await step.accounts.matching(step.args, tagsOf(ownership), true);
    isListEmpty = looked.snapshot?.isEmpty ?? false;
    const shown = looked.snapshot
      ? looked.snapshot.listed(created.id)
      : looked.accounts.find(({ id }) => id === created.id);
    const others = looked.accounts.filter((account) => account.id !== created.id);
    await settleRivals(step, created, others, isUnclear, ownKey);
    if (shown === undefined) continue;
    // What the listing does not show stays as the reply had it.
    const now = {
      ...created,
      ...shown,
      outputs: { ...created.outputs, ...withoutUndefined(shown.outputs) },
      metadata: shown.metadata ?? created.metadata,
      apiKey: created.apiKey,
    };
    if (wrongLimits(step, now).length === 0) return now;
    seen = now;
  }
  if (seen === undefined && isListEmpty) {
    throw new SubaccountsError(
      `${step.facts.title} lists no sub-account ${run.lagMs / 1000} s after it made ${created.id}: its list is wrong, so whether this is the only ` +
        "one of its customer could not be told. It is in the state. Look for a second one at the vendor",
    );
  }
  if (seen === undefined) {
    run.warn(
      `${step.facts.title}: the new sub-account ${created.id} is not listed ${run.lagMs / 1000} s after it was made, so ` +
        "whether it is the only one of its customer could not be told. Run `pulumi refresh` in a minute",
    );
    return created;
  }
  step.known.note(seen);
  throw new MismatchError(
    `${step.facts.title} answered that the sub-account ${created.id} is as asked and holds another value: ` +
      `${wrongLimits(step, seen).join("; ")}. Declare what the vendor can hold, or ask the vendor`,
  );
}

/** Ends or names accounts that stand beside a new one. @throws ConflictError where the new one has to go. */
async function settleRivals(
  step: Step,
  created: Account,
  others: readonly Account[],
  isUnclear: boolean,
  ownKey: OwnKey | undefined,
): Promise<void> {
  const { facts, args, parts, context, accounts, known } = step;
  const active = others.filter(({ presence }) => presence === "active");
  const isDouble = ({ metadata }: Account) =>
    facts.isMarked && partsOf(markerIn(metadata)?.nonce).id === parts.id;
  const isOnlyOne = active.filter((each) => !isDouble(each) && hasIdentity(facts, args, each)).length === 1;
  for (const other of active) {
    if (isDouble(other)) {
      await endDouble(step, other, ownKey);
      continue;
    }
    if (!hasIdentity(facts, args, other)) continue;
    if (!facts.isMarked && isUnclear) {
      known.account = undefined;
      throw new ConflictError(
        `${facts.title} has two new sub-accounts named as this one, ${created.id} and ${other.id}, and which of them this create made cannot ` +
          "be told. Neither was ended. End the one that is not needed at the vendor, and adopt the other",
      );
    }
    if (isEarlier(created, other)) {
      context.run.warn(
        `${facts.title}: beside the new sub-account ${created.id} there is ${other.id} of the same customer, which was listed only now. Check it, ` +
          "and end it at the vendor if it is not needed",
      );
      continue;
    }
    await accounts.remove(created.id);
    known.account = undefined;
    if (relationTo(step, other, false, args) === "mine unsaved") {
      throw new ConflictError(
        `${facts.title}: an interrupted run of this stack had created the sub-account ${other.id} of this customer, which was shown only now; ` +
          `this run's own, ${created.id}, was not used, and was ended. Run \`pulumi up\` again: it takes ${other.id} over`,
      );
    }
    throw new ConflictError(
      `${facts.title}: there is the sub-account ${other.id} of this customer, which was not listed before: another stack or program made it at the same time, or the list lacked it. This run's own, ` +
        `${created.id}, was not used, and was ended. ${isOnlyOne ? `Decide which stack manages the customer; to manage it here, add  adopt: "${other.id}"` : "There are more of them: run `pulumi up` again, which names them all"}`,
    );
  }
}

/** Ends the second account of one create, which is shown unused; else names it. */
async function endDouble(
  { facts, context, accounts }: Step,
  double: Account,
  ownKey: OwnKey | undefined,
): Promise<void> {
  const isUnused = ownKey ? await ownKey.isUnused(double.id) : true;
  if (isUnused) {
    await accounts.remove(double.id);
    context.run.inform(
      `${facts.title}: a request that was taken for lost had made a second sub-account, ${double.id}; nobody had used it, and it was ended`,
      context.ownership.urn,
    );
    return;
  }
  context.run.warn(
    `${facts.title}: a request that was taken for lost has made a second sub-account, ${double.id}, which is in use. Check it, and end it at ` +
      "the vendor if it is not needed",
  );
}

/**
 * Whether this run's account is certainly the older one, and stays: the run of the other then sees it. Of two that are equally
 * old, or of which that cannot be told, the other may have been made first, by a run that has looked for rivals before this
 * one was there: then our own goes. Where both look at once both go, and each run names the other's.
 */
function isEarlier(one: Account, other: Account): boolean {
  return createdMs(one) < createdMs(other);
}

function createdMs({ outputs }: Account): number {
  return Date.parse(String(outputs["createdAt"]));
}

function withoutUndefined(values: Account["outputs"]): Account["outputs"] {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}
