import { hasIdentity } from "./customer";
import { keysFor, markerKey } from "./index-keys";
import { markerIn, type Parts, partsOf, shortHash, tagOf } from "./marker";
import type { Looking } from "./step";

/**
 * Names other active accounts of the same customer or with the same marker, among those that were listed. Which of the two
 * is in use cannot be told: a request may have arrived late, or the state be older than the other account.
 */
export function nameDoubles({ facts, accounts, context, before }: Looking, id: string, parts: Parts): void {
  const tags = parts.tag ? [parts.tag] : [];
  const seen = accounts.memory.index.seen([markerKey(parts.id), ...keysFor(before, tags)]);
  for (const other of seen) {
    if (other.id === id || other.presence !== "active" || accounts.isKnown(other.id)) continue;
    const marker = markerIn(other.metadata);
    const isSameMarker =
      marker !== undefined &&
      (partsOf(marker.nonce).id === parts.id || shortHash(marker.owner) === parts.owner);
    const isDouble = isSameMarker && tagOf(marker.urn) === parts.tag;
    if (!isDouble && !hasIdentity(facts, before, other)) continue;
    context.run.warn(
      `${facts.title}: beside the sub-account ${id} there is ${other.id} ` +
        (isDouble
          ? "with the marker of the same resource, of an interrupted run or because this state was restored from an older one"
          : "of the same customer (by its externalId or name)") +
        ". See at the vendor which of the two is in use before you end the other",
    );
  }
}
