/**
 * Reads Pulumi's event log from standard input, and writes as JSON what a report needs of it:
 * `{ counts, steps, violations, errors, keys, ended }`; `counts` is null where the run has no summary. Everything else is dropped,
 * debug lines too, in which Pulumi prints secrets in clear. Secrets in the properties of resources are `[secret]` here.
 */
import { differences, eventsOf, isRetained, kindOf, nameOf, visible } from "./events.mjs";

const report = { counts: null, steps: [], violations: [], errors: [], keys: [], ended: [] };
const refreshed = new Set();
const steps = new Map();
for await (const event of eventsOf(process.stdin)) take(event);
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
  if (/^(?:info|warning)/.test(diagnosticEvent?.severity ?? "")) takeNote(diagnosticEvent);
  if (diagnosticEvent?.severity === "error") report.errors.push(diagnosticEvent.message.trim());
  // A refresh knows what changed only when it has asked.
  const urn = resourcePreEvent?.metadata.urn;
  if (resourcePreEvent?.metadata.op === "refresh") refreshed.add(urn);
  else if (resourcePreEvent) takeStep(resourcePreEvent.metadata, ["inputs"]);
  if (refreshed.has(resOutputsEvent?.metadata.urn)) takeStep(resOutputsEvent.metadata, ["inputs", "outputs"]);
}

/**
 * What the provider says of a key: that a new one is made, and what becomes of the one before. And the tenants whose
 * accounts go by the date of their file.
 */
function takeNote({ urn = "", message }) {
  if (/:Tenant::/.test(urn) && /: deleteAfter \S+ is over, so /.test(message)) report.ended.push(nameOf(urn));
  const [, note] = /: (a new key is made, .*|the key before the rotation, .*)/.exec(message) ?? [];
  if (note && /:ApiKey::/.test(urn)) report.keys.push({ name: nameOf(urn), note });
}

/** A preview does not know the outputs, and a refresh does not find all that changed in the inputs. */
function takeStep({ op, urn, type, old, new: now }, sides) {
  const of = kindOf(type);
  if (!of || op === "refresh") return;
  const { deletionPolicy } = { ...old?.outputs, ...old?.inputs };
  const found =
    old && now ? sides.flatMap((side) => differences(visible(old[side]), visible(now[side]))) : [];
  const changes = [...new Map(found.toReversed().map((each) => [each.path, each])).values()].reverse();
  const name = nameOf(urn);
  const tenant = old?.parent ? nameOf(old.parent) : undefined;
  const known = { id: old?.id, tenant, deletionPolicy, isRetained: isRetained(old) };
  steps.set(`${urn} ${op}`, { op, ...of, name, ...known, changes });
}
