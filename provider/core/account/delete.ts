import { hasStatus, mayHaveHappened, SubaccountsError } from "../base/errors";
import { along, readBackMs } from "../base/read-lag";
import { STAMP_KEY } from "../contract/arguments";
import { normalized } from "../contract/identity";
import type { AccountManifest } from "../contract/manifest";
import type { Values } from "../contract/resource";
import { mutate } from "../vendor-io/mutate";
import { onDelete } from "./actions";
import {
  claimOfAccount,
  contestOf,
  customerClaim,
  hadAccount,
  hasAccount,
  othersWith,
  reservation,
  savedOf,
} from "./claims";
import { hasIdentity, identityName } from "./customer";
import { nameDoubles } from "./doubles";
import type { Account } from "./fields";
import { doubtOfFormer } from "./former";
import type { AccountFacts } from "./kind";
import { markerIn, nameOf, partsOf, tagOf } from "./marker";
import { isRemoved, observe, refuseAbsent } from "./observe";
import { otherKeysOf, refuseLivingKeys } from "./other-keys";
import { refuseForbidden, tellPlace } from "./places";
import type { Relation } from "./relation";
import { type Looking, relationToState, urnIn } from "./step";

/** Everything that a delete works with. */
interface Deleting extends Looking {
  readonly facts: AccountFacts;
}

/**
 * Ends the account of a state by the vendor's gentlest real delete. One that is provably another resource's is left alone;
 * where that cannot be told, the step fails and the state keeps the account.
 *
 * @throws SubaccountsError
 */
export async function deleteAccount(looking: Deleting, manifest: AccountManifest, id: string): Promise<void> {
  const { facts, context, before } = looking;
  tellPlace(looking, id);
  const policy = policyOf(looking, manifest, id);
  if (policy === "retain") {
    await refuseLivingKeys(looking, id);
    const { former } = otherKeysOf(before);
    const keys = former.length === 0 ? "" : `; keys of the lost state may still work: ${former.join(", ")}`;
    context.run.warn(
      `${facts.title}: the sub-account ${id} was left at the vendor (deletionPolicy is "retain" in the state; a changed one counts once an \`up\` has applied it)${keys}`,
    );
    return;
  }
  await refuseForbidden(looking);
  const observed = await observe(looking, id, "delete");
  const { presence, account } = observed;
  if (presence === "gone") return;
  if (account === undefined) throw refuseAbsent(looking, id, observed);
  if (presence === "strange") {
    throw new SubaccountsError(
      `${facts.title}: the sub-account ${id} has the status "${account.status}", which is not documented, so it was not deleted. Look at ` +
        "it at the vendor; `pulumi state delete` takes it out of the state",
    );
  }
  if (presence === "ended" && !facts.isRevivable) return;
  nameDoubles(looking, id, partsOf(before["__nonce"]));
  const action = actionFor(looking, account, before);
  if (action !== "delete") return;
  await looking.accounts.tellOthers(id);
  await remove(looking, id, account);
}

function policyOf({ facts, before }: Deleting, { deletion }: AccountManifest, id: string): string {
  const policy = before["deletionPolicy"] ?? facts.defaults["deletionPolicy"];
  // A state of another version may hold anything, and a deletion that nobody asked for cannot be taken back.
  if (typeof policy === "string" && Object.hasOwn(deletion, policy)) return policy;
  throw new SubaccountsError(
    `${facts.title}: the state has no valid deletionPolicy for the sub-account ${id}: it is none of ` +
      `${Object.keys(deletion).join(", ")}. Nothing was sent. Declare it and run \`pulumi up\`, then delete it`,
  );
}

/** Decides whether the account is ended. @throws SubaccountsError where whose it is cannot be told */
function actionFor(looking: Looking, account: Account, before: Values): "delete" | "keep" {
  const { facts, context } = looking;
  const { run, connection } = context;
  const { id } = account;
  const { title } = facts;
  const tag = partsOf(before["__nonce"]).tag ?? "";
  const isHeld = run.isHeldAnywhere(claimOfAccount(connection, id), (urn) => tagOf(urn) === tag);
  // The program declares the resource: this is the old half of a replacement, and an account is never replaced.
  if (tag !== "" && run.isDeclaredAnywhere(tag)) {
    const isSaved = isHeld || run.isHeldAnywhere(savedOf(connection, id));
    run.warn(
      `${title}: the sub-account ${id} was kept: an account is never replaced` +
        (isSaved || account.presence !== "active"
          ? ""
          : ". No resource has it now: adopt it in one, or end it at the vendor"),
    );
    return "keep";
  }
  if (isHeld) {
    run.warn(`${title}: the sub-account ${id} was left alone: another resource of this program has it`);
    return "keep";
  }
  if (run.isHeldAnywhere(contestOf(connection, id))) {
    throw new SubaccountsError(
      `${title}: the sub-account ${id} was not deleted, because a create of this run that was refused names it: it looks like the same ` +
        "customer under another name. Mend that resource first",
    );
  }
  refuseShared(looking, account);
  const relation = relationToState(looking, account, []);
  const action = onDelete[relation];
  if (action === "keep") {
    run.warn(
      `${title}: the sub-account ${id} was left alone: it now belongs to ${urnIn(account) ?? "another resource"}`,
    );
    return "keep";
  }
  if (action === "delete if same identity" && hasIdentity(facts, before, account)) return "delete";
  if (action === "delete") return "delete";
  throw new SubaccountsError(
    `${title}: the sub-account ${id} was not deleted: ${REASON[relation] ?? "whose it is cannot be told"}`,
  );
}

/** @throws SubaccountsError where another resource of the state has the account, or the program declares its customer. */
function refuseShared(looking: Looking, { id, presence, metadata }: Account): void {
  const { facts, context, before } = looking;
  const { run, connection } = context;
  const [other] = othersWith(context, id, partsOf(before["__nonce"]).tag);
  if (other !== undefined) {
    const whose = other === "" ? "another resource" : `"${nameOf(other)}"`;
    throw new SubaccountsError(
      `${facts.title}: the sub-account ${id} was not deleted, because it is in the state of ${whose}, too. Take one of the two ` +
        "out with `pulumi state delete`",
    );
  }
  if (presence === "ended" && !markerIn(metadata)?.suspended) return;
  const path = identityName(facts, before);
  const { externalId } = before;
  const byIdentity = run.claimant(
    reservation(connection, "SubAccount", path, normalized(String(before[path]))),
  );
  const declared =
    // A resource that had an account of its own before this run is no renamed one.
    byIdentity !== undefined && !hadAccount(context, byIdentity)
      ? { urn: byIdentity, path }
      : facts.identity === "name" && typeof externalId === "string"
        ? { urn: run.claimant(customerClaim(connection, externalId)), path: "externalId" }
        : undefined;
  if (declared?.urn === undefined) {
    refuseInDoubt(looking, id);
    return;
  }
  throw new SubaccountsError(
    `${facts.title}: the sub-account ${id} was not deleted, because the program declares its customer (by the ${declared.path}) as ` +
      `"${nameOf(declared.urn)}". ${renamed(context, declared.urn)}, and run \`pulumi up\` without targets. If it is another customer, give the two ` +
      "different externalIds",
  );
}

/** @throws SubaccountsError where an account of this run may be the same customer's */
function refuseInDoubt({ facts, context }: Looking, id: string): void {
  const doubt = doubtOfFormer(context.run);
  if (doubt !== undefined)
    throw new SubaccountsError(`${facts.title}: the sub-account ${id} was not deleted: ${doubt}`);
}

const REASON: Readonly<Partial<Record<Relation, string>>> = {
  "mine unsaved":
    "it was taken over by a run whose state was not saved, or by another copy of this stack. `pulumi refresh` takes it in, then it can " +
    "be deleted",
  unreadable:
    "it carries a marker that this version cannot read. Upgrade pulumi-subaccounts, or end it at the vendor",
  unmarked:
    "it carries no marker any more, and has another externalId or name than the state. Check it at the vendor; `pulumi refresh` " +
    "takes in what it has",
};

/** Sends the delete until the vendor shows its effect. */
async function remove(looking: Looking, id: string, account: Account): Promise<void> {
  const { accounts, context } = looking;
  const wasActive = account.presence === "active";
  const isOver = async (): Promise<boolean> => {
    const now = await accounts.get(id);
    if (now !== undefined) return wasActive && now.presence === "ended";
    return isRemoved(looking, id);
  };
  const send = async (): Promise<true> => {
    await accounts.remove(id);
    return true;
  };
  // An account that was ended before is no proof that this request took effect.
  const readBack = async () => (await isOver()) || undefined;
  await mutate(context, { send, readBack, repeat: "repeatable" }).catch(async (error: unknown) => {
    // Refused, perhaps because it is ended already.
    if (!hasStatus(error, 400, 404, 409, 410, 422) || mayHaveHappened(error)) throw error;
    // A vendor that denies an account which it shows has ended it, and its reads lag behind.
    const schedule = hasStatus(error, 404, 410) ? readBackMs(context.run.lagMs) : [0];
    for await (const _ of along(context.run, schedule)) {
      const now = await accounts.get(id);
      if (now === undefined ? await isOver() : now.presence !== "active") return;
    }
    throw error;
  });
  await release(looking, id, account);
}

/** The way back from a rename without an alias, before or after the new resource has made an account of its own. */
function renamed(context: Looking["context"], urn: string): string {
  if (!hasAccount(context, urn)) return "If the resource was renamed, add an alias";
  return (
    `If the resource was renamed, take the new one out with \`pulumi state delete '${urn}'\`, end the account that it has made at the vendor, add ` +
    "an alias"
  );
}

/** Takes the word that an account is suspended out of its marker: an ended one is in nobody's way. */
async function release(
  { accounts, context, facts }: Looking,
  id: string,
  { metadata }: Account,
): Promise<void> {
  const marker = markerIn(metadata);
  if (!facts.isRevivable || !marker?.suspended) return;
  const released = { ...metadata, [STAMP_KEY]: { ...marker, suspended: false } };
  await accounts.api
    .update(id, {}, released, () => {})
    .catch((error: unknown) => {
      context.run.warn(
        `${facts.title}: the sub-account ${id} was ended, and its marker still says that it is suspended: a new account of this customer will ask to ` +
          `adopt it. ${error instanceof Error ? error.message : String(error)}`,
      );
    });
}
