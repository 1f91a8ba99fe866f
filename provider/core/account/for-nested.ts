import { MADE, madeFor } from "./claims";
import { markerIn } from "./marker";
import { observe } from "./observe";
import type { Place } from "./place";
import { placeHere } from "./places";
import type { Looking } from "./step";

/**
 * How an account is known to an object of it, such as a key: "ended" where it may become active again, "gone" where it is
 * proven to be over for good, and its objects with it.
 */
type AccountPresence = "active" | "ended" | "gone" | "unknown";

/** Questions that objects of accounts ask about them. */
export interface AccountsOfNested {
  /** @param place the organization that the state of the object names. */
  account(accountId: string, place: Place | undefined): Promise<AccountPresence>;
  /** Whether the account is kept beside the one that this run made for its resource. */
  isReplaced(accountId: string): Promise<boolean>;
  /** The organization that the connection reaches; asked for once a run. */
  place(): Promise<Place | undefined>;
}

/** Answers them by the accounts of a connection. */
export function accountsOfNested(looking: Omit<Looking, "before">): AccountsOfNested {
  return {
    async account(accountId, place) {
      const { presence } = await observe({ ...looking, before: { __place: place } }, accountId, "delete");
      if (presence === "active" || presence === "gone") return presence;
      if (presence !== "ended") return "unknown";
      // An account that cannot be activated again is over for good.
      return looking.facts.isRevivable ? "ended" : "gone";
    },
    isReplaced: (accountId) => isReplaced(looking, accountId),
    place: () => placeHere(looking),
  };
}

/**
 * Whether an active account is the old one of a resource for which this run created another: it is kept, for its customer may
 * be in production, and its objects with it.
 */
async function isReplaced(
  { accounts, context: { run } }: Pick<Looking, "accounts" | "context">,
  accountId: string,
): Promise<boolean> {
  if (!run.isHeldAnywhere(MADE)) return false;
  const account = await accounts.find(accountId, true);
  const urn = account?.presence === "active" ? markerIn(account.metadata)?.urn : undefined;
  return urn !== undefined && run.isHeldAnywhere(madeFor(urn));
}
