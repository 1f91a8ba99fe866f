import type { Fields } from "../contract/fields";
import { isSame } from "../contract/identity";
import type { Ownership, Values } from "../contract/resource";
import type { Account } from "./fields";
import type { AccountFacts } from "./kind";
import { markerIn, nameOf, tagOf } from "./marker";
import type { Customer } from "./relation";

type Identified = Pick<AccountFacts, "identity">;

/** Whether an account is the customer that arguments or a state declare. */
export function customerOf({ identity }: Identified, wanted: Values, { fields }: Account): Customer {
  const hasSameName = isSame(wanted["name"], fields["name"]);
  if (identity === "name") return hasSameName ? "same" : "another";
  const hasSameId = isSet(wanted["externalId"])
    ? isSame(wanted["externalId"], fields["externalId"])
    : !isSet(fields["externalId"]);
  // A customer with an externalId may be renamed.
  if (hasSameId && (hasSameName || isSet(wanted["externalId"]))) return "same";
  return hasSameId || hasSameName ? "partly" : "another";
}

/**
 * Whether an account is the customer that is declared, under its externalId before a correction: the marker names a former
 * URN of the resource, and the two logical names differ as the two externalIds do.
 */
export function isCorrected({ urn, aliases = [] }: Ownership, wanted: Values, account: Account): boolean {
  const marker = markerIn(account.metadata);
  const { externalId: today } = wanted;
  const { externalId: before } = account.fields;
  if (marker === undefined || typeof today !== "string" || typeof before !== "string") return false;
  const name = nameOf(urn);
  const former = aliases.find((alias) => tagOf(alias) === tagOf(marker.urn));
  if (former === undefined || today === before || !name.includes(today)) return false;
  return nameOf(former) === name.replace(today, () => before);
}

/** Whether an account has the identity that is declared: its `externalId`; where none is declared, the name. */
export function hasIdentity(facts: Identified, wanted: Values, { fields }: Account): boolean {
  const name = identityName(facts, wanted);
  return isSame(wanted[name], fields[name]);
}

/** Whether code and account are proven to be one customer: both externalIds, or else the names, agree. */
export function agree(facts: Identified, wanted: Values, { fields }: Account): boolean {
  const both = facts.identity === "externalId" && isSet(wanted["externalId"]) && isSet(fields["externalId"]);
  const name = both ? "externalId" : "name";
  return isSame(wanted[name], fields[name]);
}

/** The argument that is the identity of what is declared. */
export function identityName({ identity }: Identified, wanted: Values): "externalId" | "name" {
  return identity === "externalId" && isSet(wanted["externalId"]) ? "externalId" : "name";
}

/** Whether an update gives the account another identity than it has at the vendor; one that is ignored stays as it is. */
export function isNewIdentity(facts: Identified, wanted: Values, fields: Fields): boolean {
  const name = identityName(facts, wanted);
  return isSet(wanted[name]) && !isSame(wanted[name], fields[name]);
}

function isSet(value: unknown): boolean {
  return value !== undefined && value !== null && value !== "";
}
