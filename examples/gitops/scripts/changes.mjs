/**
 * Reads Pulumi's event log, one JSON object a line, from standard input, and writes as JSON what a report needs of it:
 * `{ counts, steps, violations, errors, keys }`; `counts` is null where the run has no summary. Everything else is dropped,
 * debug lines too, in which Pulumi prints secrets in clear. Secrets in the properties of resources are `[secret]` here.
 */
import { createInterface } from "node:readline";
import { isDeepStrictEqual } from "node:util";

/** The key of the object that stands for a secret. */
const SECRET = "4dabf18193072939515e22adb298388d";
/** What stands for an output that a preview cannot know. */
const UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

const report = { counts: null, steps: [], violations: [], errors: [], keys: [] };
const refreshed = new Set();
const steps = new Map();
for await (const line of createInterface({ input: process.stdin })) {
  const event = parsed(line);
  if (event) take(event);
}
report.steps = [...steps.values()].filter(({ op }) => op !== "same");
console.log(JSON.stringify(report, undefined, 2));

function take({ summaryEvent, policyEvent, diagnosticEvent, resourcePreEvent, resOutputsEvent }) {
  if (summaryEvent) report.counts = summaryEvent.resourceChanges ?? {};
  if (policyEvent) {
    const { policyName: policy, enforcementLevel: level, message } = policyEvent;
    // The description of the policy stands in the first line.
    const [description = "", ...rest] = message.trim().split(/\s*\n\s*/);
    report.violations.push({ level, policy, message: rest.join(" ") || description });
  }
  if (diagnosticEvent?.severity.startsWith("info")) takeNote(diagnosticEvent);
  if (diagnosticEvent?.severity === "error") report.errors.push(diagnosticEvent.message.trim());
  // A refresh knows what changed only when it has asked.
  const urn = resourcePreEvent?.metadata.urn;
  if (resourcePreEvent?.metadata.op === "refresh") refreshed.add(urn);
  else if (resourcePreEvent) takeStep(resourcePreEvent.metadata, ["inputs"]);
  if (refreshed.has(resOutputsEvent?.metadata.urn)) takeStep(resOutputsEvent.metadata, ["inputs", "outputs"]);
}

/** What the provider says of a key: that a new one is made, and what becomes of the one before. */
function takeNote({ urn = "", message }) {
  const [, note] = /: (a new key is made, .*|the key before the rotation, .*)/.exec(message) ?? [];
  if (note && /:ApiKey::/.test(urn)) report.keys.push({ name: nameOf(urn), note });
}

function nameOf(urn) {
  return urn.split("::").slice(3).join("::");
}

/** A preview does not know the outputs, and a refresh does not find all that changed in the inputs. */
function takeStep({ op, urn, type, old, new: now }, sides) {
  const [, vendor, kind] = /subaccounts[/:](?!index:)(\w+):(\w+)$/.exec(type) ?? [];
  if (!vendor || op === "refresh") return;
  const { deletionPolicy } = { ...old?.outputs, ...old?.inputs };
  const isRetained = old?.retainOnDelete === true || deletionPolicy === "retain";
  const found =
    old && now ? sides.flatMap((side) => differences(visible(old[side]), visible(now[side]))) : [];
  const changes = [...new Map(found.toReversed().map((each) => [each.path, each])).values()].reverse();
  const name = nameOf(urn);
  steps.set(`${urn} ${op}`, { op, vendor, kind, name, id: old?.id, deletionPolicy, isRetained, changes });
}

function visible(properties) {
  const own = Object.entries(properties ?? {}).filter(([name]) => !name.startsWith("__"));
  return Object.fromEntries(own.map(([name, any]) => [name, shown(any)]));
}

function shown(any) {
  if (any === UNKNOWN) return "[not known yet]";
  if (typeof any !== "object" || any === null) return any;
  if (SECRET in any) return "[secret]";
  if (Array.isArray(any)) return any.map(shown);
  return Object.fromEntries(Object.entries(any).map(([name, each]) => [name, shown(each)]));
}

/** The properties that differ, by path: `{ path, from, to }`, in which what is absent is left out. */
function differences(before, after, prefix = "") {
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].sort().flatMap((name) => {
    const [from, to] = [before[name], after[name]];
    const path = `${prefix}${name}`;
    if (isDeepStrictEqual(from, to)) return [];
    return isObject(from) && isObject(to) ? differences(from, to, `${path}.`) : [{ path, from, to }];
  });
}

function isObject(any) {
  return typeof any === "object" && any !== null && !Array.isArray(any);
}

function parsed(line) {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
