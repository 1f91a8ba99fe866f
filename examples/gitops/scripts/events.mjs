/** Pulumi's event log, one JSON object a line, and the properties of the resources in it, without their secrets. */
import { createInterface } from "node:readline";
import { isDeepStrictEqual } from "node:util";

/** The key of the object that stands for a secret. */
const SECRET = "4dabf18193072939515e22adb298388d";
/** What stands for an output that a preview cannot know. */
const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** Reads the events of a stream; a line that is no event is passed over. */
export async function* eventsOf(input) {
  for await (const line of createInterface({ input })) {
    const event = parsed(line);
    if (event) yield event;
  }
}

/** `{ vendor, kind }` of a type of this package's resources; undefined for another one. */
export function kindOf(type) {
  const [, vendor, kind] = /subaccounts[/:](?!index:)(\w+):(\w+)$/.exec(type) ?? [];
  return vendor && { vendor, kind };
}

export function nameOf(urn) {
  return urn.split("::").slice(3).join("::");
}

/** Whether removing a resource of the state leaves its account at the vendor. */
export function isRetained(state) {
  return (
    state?.retainOnDelete === true || { ...state?.outputs, ...state?.inputs }.deletionPolicy === "retain"
  );
}

/** Properties without hidden ones, with `[secret]` for secrets. */
export function visible(properties) {
  const own = Object.entries(properties ?? {}).filter(([name]) => !name.startsWith("__"));
  return Object.fromEntries(own.map(([name, any]) => [name, shown(any)]));
}

/** The properties that differ, by path: `{ path, from, to }`, in which what is absent is left out. */
export function differences(before, after, prefix = "") {
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].sort().flatMap((name) => {
    const [from, to] = [before[name], after[name]];
    const path = `${prefix}${name}`;
    if (isDeepStrictEqual(from, to)) return [];
    return isObject(from) && isObject(to) ? differences(from, to, `${path}.`) : [{ path, from, to }];
  });
}

export function isObject(any) {
  return typeof any === "object" && any !== null && !Array.isArray(any);
}

function shown(any) {
  if (any === UNKNOWN) return "[not known yet]";
  if (typeof any !== "object" || any === null) return any;
  if (SECRET in any) return "[secret]";
  if (Array.isArray(any)) return any.map(shown);
  return Object.fromEntries(Object.entries(any).map(([name, each]) => [name, shown(each)]));
}

function parsed(line) {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
