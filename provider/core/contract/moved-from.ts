/** The parent's type in the URN of a tenant's account or key. */
const IN_TENANT = "subaccounts:index:Tenant$";

/** Whether a resource belongs to a `Tenant`. */
export function isInTenant(urn: string): boolean {
  return typeOf(urn).includes(IN_TENANT);
}

/** The argument of a `Tenant` by which it takes over an account that was declared alone, to be pasted. */
export function movedFrom(vendor: string, formerUrn: string): string {
  const hasParent = typeOf(formerUrn).includes("$");
  const account = hasParent ? formerUrn : formerUrn.split("::").slice(3).join("::");
  return movedFromName(vendor, account);
}

/** The same, where the former name is known or described. */
export function movedFromName(vendor: string, account: string): string {
  return `movedFrom: { ${vendor}: { account: ${JSON.stringify(account)} } }`;
}

function typeOf(urn: string): string {
  return urn.split("::")[2] ?? "";
}
