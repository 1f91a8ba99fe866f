import { SubaccountsError } from "../base/errors";
import { isInTenant } from "../contract/moved-from";
import type { Values } from "../contract/resource";
import type { Accounts } from "./accounts";
import type { WorkingKeys } from "./kind";
import type { Step } from "./step";

/** Everything that looking for keys of an account works with. */
interface Looking {
  readonly facts: { readonly title: string };
  readonly accounts: Accounts;
}

/** Names, or ids, of keys that a state says may still work, although they have ended by the date of their tenant. */
export function keysLeft({ __keysLeft: names }: Values): string[] {
  return textsOf(names);
}

/** The ids of keys that worked when the account was taken over from a lost state, and are in no state. */
export function formerKeys({ __formerKeys: ids }: Values): string[] {
  return textsOf(ids);
}

function textsOf(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === "string") : [];
}

/** The hidden outputs of keys that may work and are in no state. */
export function keysKept(state: Values): Values {
  return outputsOf(keysLeft(state), formerKeys(state));
}

/** The same, of what a step knows. */
export function outputsOf(names: readonly string[], ids: readonly string[]): Values {
  return {
    ...(names.length === 0 ? {} : { __keysLeft: names }),
    ...(ids.length === 0 ? {} : { __formerKeys: ids }),
  };
}

/**
 * Whether keys are to be looked for that have ended and are in no state.
 *
 * @param ended names of the keys that have ended by the date of the tenant
 */
export function mayWork(state: Values, ended: readonly string[] = []): boolean {
  return keysLeft(state).length > 0 || (ended.length > 0 && formerKeys(state).length > 0);
}

/**
 * Notes the keys of an account that is taken over from a lost state: those of its tenant end by a date, and nothing
 * tells them from the new ones then.
 *
 * @throws SubaccountsError where they cannot be told
 */
export async function noteFormerKeys({ facts, accounts, context, known }: Step, id: string): Promise<void> {
  const { workingKeys } = accounts.api;
  const isRecovering = context.fleet?.isRecovering && isInTenant(context.ownership.urn);
  if (workingKeys === undefined || !isRecovering || context.endedKeys !== undefined) return;
  const { keys, flaw } = await workingKeys(id);
  if (flaw !== undefined) {
    throw new SubaccountsError(
      `${facts.title}: which keys of the sub-account ${id} are those of the lost state cannot be told: ${flaw}. Nothing was sent. Run \`pulumi up\` again`,
    );
  }
  known.formerKeys = keys.map((key) => key.id);
}

/**
 * Fails while keys of an account work that have ended by the date of its tenant. Those of a lost state are in no state, so
 * no delete revokes them, and whether a key of that name was made by this package cannot be told.
 *
 * @param left names of the keys, or ids. @throws SubaccountsError
 */
export async function refuseLivingKeys(looking: Looking, id: string, left: readonly string[]): Promise<void> {
  if (left.length > 0) refuse(looking, id, await workingOf(looking, id, (key) => isAmong(left, key)));
}

/**
 * {@link refuseLivingKeys} for a step, whose state says until then that they may work.
 *
 * @param left by an earlier step, or told to a new resource.
 */
export async function endsWithoutKeys(step: Step, id: string, left: readonly string[]): Promise<void> {
  const { known, context } = step;
  const { endedKeys = [] } = context;
  known.keysLeft = left;
  if (left.length > 0 || (endedKeys.length > 0 && known.formerKeys.length > 0)) {
    const isFormer = (key: Key) => known.formerKeys.includes(key.id) && endedKeys.includes(key.name ?? "");
    const found = await workingOf(step, id, (key) => isAmong(left, key) || isFormer(key));
    const ids = found.keys.map((key) => key.id);
    // Their ids: an ApiKey of the state may have the same name until the end of the run.
    known.keysLeft = [...new Set([...left, ...ids])];
    known.formerKeys = [...new Set([...known.formerKeys, ...ids])];
    refuse(step, id, found);
  }
  known.keysLeft = [];
  if (context.endedKeys !== undefined) known.formerKeys = [];
}

type Key = WorkingKeys["keys"][number];

function isAmong(left: readonly string[], { id, name }: Key): boolean {
  return left.includes(id) || (name !== undefined && left.includes(name));
}

async function workingOf(
  { accounts }: Looking,
  id: string,
  hasEnded: (key: Key) => boolean,
): Promise<WorkingKeys> {
  const { keys = [], flaw } = (await accounts.api.workingKeys?.(id)) ?? {};
  return { keys: keys.filter(hasEnded), flaw };
}

/** @throws SubaccountsError where keys work, or there may be more */
function refuse({ facts: { title } }: Looking, id: string, { keys, flaw }: WorkingKeys): void {
  if (keys.length > 0) {
    const ids = keys.map((key) => `"${key.name}" (${key.id})`).join(", ");
    throw new SubaccountsError(
      `${title}: the sub-account ${id} has working keys that have ended by the date of its tenant, and no state has them: ${ids}. Nothing was revoked. ` +
        "End each with `npx --no-install subaccounts keys --revoke <key id>`, then run `pulumi up` again",
    );
  }
  if (flaw === undefined) return;
  throw new SubaccountsError(
    `${title}: whether keys of the sub-account ${id} that have ended by the date of its tenant still work cannot be told: ${flaw}. Run \`pulumi up\` again`,
  );
}
