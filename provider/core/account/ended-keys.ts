import { SubaccountsError } from "../base/errors";
import type { Values } from "../contract/resource";
import type { Accounts } from "./accounts";
import type { Known } from "./step";

/** Everything that looking for keys of an account works with. */
interface Looking {
  readonly facts: { readonly title: string };
  readonly accounts: Accounts;
}

/** The names of keys that a state says may still work, although they have ended by the date of their tenant. */
export function keysLeft({ __keysLeft: names }: Values): string[] {
  return Array.isArray(names) ? names.filter((name) => typeof name === "string") : [];
}

/**
 * Fails while keys of an account work that have ended by the date of its tenant. Those of a lost state are in no state, so
 * no delete revokes them, and whether a key of that name was made by this package cannot be told.
 *
 * @param names of the keys. @throws SubaccountsError
 */
export async function refuseLivingKeys(
  { facts: { title }, accounts }: Looking,
  id: string,
  names: readonly string[],
): Promise<void> {
  const { workingKeys } = accounts.api;
  if (names.length === 0 || workingKeys === undefined) return;
  const { keys, flaw } = await workingKeys(id);
  const left = keys.filter(({ name }) => name !== undefined && names.includes(name));
  if (left.length > 0) {
    const ids = left.map((key) => `"${key.name}" (${key.id})`).join(", ");
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

/** {@link refuseLivingKeys} for a step, whose state says until then that they may work. */
export async function endsWithoutKeys(
  step: Looking & { readonly known: Known },
  id: string,
  names: readonly string[],
): Promise<void> {
  step.known.keysLeft = names;
  await refuseLivingKeys(step, id, names);
  step.known.keysLeft = [];
}
