import * as pulumi from "@pulumi/pulumi";

const namesOf = new WeakMap<object, Map<string, string>>();

/**
 * Refuses two keys of one name on one account of the program. The provider finds them too, but only once the
 * account's id is known; here the account is known by the very output that both pass.
 *
 * @throws pulumi.RunError
 */
export function refuseTwinKeys(logicalName: string, subAccountId: unknown, keyName: unknown): void {
  if (typeof subAccountId !== "object" || subAccountId === null || typeof keyName !== "string") return;
  const names = namesOf.get(subAccountId) ?? new Map<string, string>();
  namesOf.set(subAccountId, names);
  const other = names.get(keyName);
  if (other !== undefined && other !== logicalName) {
    throw new pulumi.RunError(
      `ApiKey "${logicalName}": name is the same as that of the ApiKey "${other}" on the same account; each needs its own`,
    );
  }
  names.set(keyName, logicalName);
}
