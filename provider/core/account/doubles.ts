import { keysFor, markerKey } from "./accounts";
import { hasIdentity } from "./customer";
import { markerIn, type Parts, partsOf, shortHash, tagOf } from "./marker";
import type { Looking } from "./step";

/** Names other active accounts of the same customer or with the same marker, among those that were listed. */
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
          ? "with the marker of the same resource: a request of an interrupted run arrived late"
          : "of the same customer (by its externalId or name)") +
        ". Check it, and end it at the vendor if it is not used",
    );
  }
}
