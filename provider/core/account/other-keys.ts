import { SubaccountsError } from "../base/errors";
import { printable } from "../base/printable";
import type { Values } from "../contract/resource";
import type { AccountApi, WorkingKeys } from "./kind";
import type { Step } from "./step";

/**
 * The hidden output of an account whose tenant's keys have ended: `true` once no key but its own was left, `false` after a
 * look that found others.
 */
export function keysEnded({ __keysEnded: value }: Values): boolean | undefined {
  return typeof value === "boolean" ? value : undefined;
}

/** Whether an `up` is to look for keys that no state has. @param endedKeys undefined while the tenant has its keys */
export function isLookDue(
  state: Values,
  endedKeys: readonly string[] | undefined,
  { workingKeys }: AccountApi,
): boolean {
  if (endedKeys === undefined) return keysEnded(state) !== undefined;
  return workingKeys !== undefined && keysEnded(state) !== true;
}

/**
 * Names the keys of an account that are not revoked although those of its tenant have ended. They are left alone: `up`
 * revokes only what the state has, and does so after this step.
 *
 * @throws SubaccountsError where the vendor's list is not complete
 */
export async function tellOtherKeys(step: Step, id: string): Promise<void> {
  const { accounts, before, context, facts, known } = step;
  const { endedKeys, ownership, run } = context;
  const { workingKeys } = accounts.api;
  if (endedKeys === undefined || workingKeys === undefined) return;
  const { keys, flaw } = await workingKeys(id);
  if (flaw !== undefined) {
    throw new SubaccountsError(
      `${facts.title}: whether keys of the sub-account ${id}, whose tenant's have ended, are left cannot be told: ${flaw}. Run \`pulumi up\` again`,
    );
  }
  const others = keys.filter(({ isOwn }) => !isOwn);
  known.keysEnded = others.length === 0;
  const isFirst = keysEnded(before) === undefined;
  const mayBeHeld = others.filter(({ name }) => isFirst && name !== undefined && endedKeys.includes(name));
  const left = others.filter((key) => !mayBeHeld.includes(key));
  if (mayBeHeld.length > 0) {
    const text = `${facts.title}: at the end of this run the keys of the sub-account ${id} that the state has are revoked, of ${namesOf(mayBeHeld)}; the next \`pulumi up\` looks again`;
    run.inform(text, ownership.urn);
  }
  if (left.length > 0) {
    run.warn(
      `${facts.title}: the keys of the sub-account ${id} have ended by the date of its tenant, and these are not revoked, since \`up\` ends only what the state has: ${namesOf(left)}. ` +
        "End each with `npx --no-install subaccounts keys --revoke <key id>`",
    );
  }
}

function namesOf(keys: WorkingKeys["keys"]): string {
  return keys
    .map(({ id, name }) =>
      name === undefined ? `one without a name (${id})` : `"${printable(name)}" (${id})`,
    )
    .join(", ");
}
