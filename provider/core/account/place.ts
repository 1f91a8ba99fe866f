/**
 * An organization at a vendor, in clear, with the kind of its id in front: `team:jx7…`, `org:…`. Ids of two kinds are
 * never compared.
 */
export type Place = string;

/** How two places compare; `unknown` where one of them is not known, or their kinds differ. */
export function comparePlaces(
  of: Place | undefined,
  here: Place | undefined,
): "same" | "another" | "unknown" {
  if (of === undefined || here === undefined) return "unknown";
  if (of === here) return "same";
  return kindOf(of) === kindOf(here) ? "another" : "unknown";
}

/** The vendor's own id in a place, for messages. */
export function idIn(place: Place): string {
  return place.slice(place.indexOf(":") + 1);
}

function kindOf(place: Place): string {
  return place.slice(0, place.indexOf(":"));
}
