/**
 * What people read of a run: `node scripts/report.mjs preview|drift <exit code> <file with what Pulumi printed>` writes
 * Markdown. Its first line is a mark by which publish.mjs finds the comment or issue again.
 */
import { readFileSync } from "node:fs";

const [what, code, file] = process.argv.slice(2);
const stack = process.env.PULUMI_STACK ?? "";
const text = readFileSync(file, "utf8");
/** GitHub takes 65,536 characters in a comment. */
const MAX_TEXT = 50_000;
const MAX_ROWS = 100;

const steps = stepsOf(text);
const violations = violationsOf(text);
const errors = errorsOf(text);
const counts = /^Resources:\n((?: +.*\n)+)/m.exec(text)?.[1]?.match(/\d+ to \w+/g) ?? [];

console.log(`<!-- gitops ${what} ${stack} -->`);
console.log((what === "preview" ? preview() : drift()).join("\n\n"));
const printed =
  text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}\n… the rest is in the log of the job` : text;
console.log(`\n<details><summary>What Pulumi printed</summary>\n\n${fence(printed)}\n\n</details>`);

function preview() {
  const lines = [`### Preview of \`${stack}\`: ${counts.join(", ") || "no changes"}`];
  if (code !== "0") {
    const why = violations.some(({ level }) => level === "mandatory") ? "Refused by policy" : "Failed";
    lines.push(`**${why}.** It cannot be merged as it is, and nothing is changed.`);
  } else if (counts.length === 0) lines.push("There is nothing to do.");
  if (violations.length > 0) {
    lines.push(list(violations.map(({ level, policy, message }) => `**${policy}** (${level}): ${message}`)));
  }
  if (errors.length > 0) lines.push(fence(errors.join("\n")));
  const removed = steps.filter(({ op, kind }) => op === "delete" && kind === "SubAccount");
  if (removed.length > 0) {
    const fate = ({ details }) => (/deletionPolicy *: "retain"/.test(details) ? "left as it is" : "ended");
    lines.push(
      `**Accounts that no file declares any more: ${removed.length}**`,
      list(removed.map((step) => `${step.name} at ${step.vendor}: ${fate(step)}`)),
      "An account that is ended is deactivated and loses its keys (Zavu), is archived for good (bctrl), or is erased (Bolna). To keep one, merge `deletionPolicy: retain` for it first, and take it out after that.",
    );
  }
  return lines;
}

function drift() {
  if (code === "0") return [`### No drift in \`${stack}\``, "The vendors have what the last deploy left."];
  if (code !== "7") {
    const lines = [`### The drift check of \`${stack}\` failed`, "Whether there is drift is not known."];
    return errors.length > 0 ? [...lines, fence(errors.join("\n"))] : lines;
  }
  const found = steps.filter(({ op, vendor }) => vendor !== undefined && ["update", "delete"].includes(op));
  const difference = ({ op, details }) =>
    op === "delete"
      ? "is gone"
      : [...details.matchAll(/[~+-] (\S+ *: .*)/g)].map(([, line]) => line).join(", ");
  return [
    `### Drift in \`${stack}\`: ${counts.join(", ")}`,
    "This was changed at the vendors, and not by this repository:",
    list(
      found.map((step) => `${step.name}, ${step.vendor} ${step.kind}: ${difference(step) || "was changed"}`),
    ),
    "To undo it, run the deploy with a refresh (`scripts/up.sh --refresh`): it makes the vendors match the files again. To keep it, write it into the tenant's file and merge that.",
  ];
}

/** What is to be done to each resource: `~ type: (update)`, its id and URN, and what changes. */
function stepsOf(text) {
  const heads = [...text.matchAll(/(\S+): \((\w[\w-]*)\)\n(?: +\[id=.*\]\n)? +\[urn=(.*)\]\n/g)];
  return heads.map(({ 0: head, 1: type, 2: op, 3: urn, index }, place) => {
    const [, vendor, kind] = /subaccounts\/(\w+):(\w+)$/.exec(type) ?? [];
    const details = text.slice(index + head.length, heads[place + 1]?.index);
    return { op, vendor, kind, name: urn.slice(urn.lastIndexOf("::") + 2), details };
  });
}

/** What policies have against it: `pack@v1.0.0 [mandatory]  policy  (type: name)`, the description, the message. */
function violationsOf(text) {
  const end = /\n(?: *--outputs:--|Resources:|Policy Packs run:|@ |error:| *\S+ \S+: \(\w+\)| *\S+@v\S+ \[)/;
  return [...text.matchAll(/^ *\S+@v\S+ \[(\w+)\] +(\S+) +\(.*?\)(?=\S)/gm)].map((match) => {
    const [head, level, policy] = match;
    const [message = ""] = text.slice(match.index + head.length).split(end, 1);
    const [description = "", ...rest] = message.trim().split(/\s*\n\s*/);
    return { level, policy, message: rest.join(" ") || description };
  });
}

/** What went wrong; the same at another account is told once. */
function errorsOf(text) {
  const all = [...text.matchAll(/^ *error: (.+(?:\n {2,}[^[\s].*)*)/gm)].map(([, message]) => message);
  const told = all.filter((message) => !/^(preview failed|no changes were expected)/.test(message));
  const alike = (message) => message.replace(/\(request \S+\)|\/[\w-]{12,}/g, "");
  return [...new Map(told.toReversed().map((message) => [alike(message), message])).values()].toReversed();
}

function list(items) {
  const shown = items.slice(0, MAX_ROWS).map((item) => `- ${item}`);
  return [...shown, ...(items.length > MAX_ROWS ? [`- and ${items.length - MAX_ROWS} more`] : [])].join("\n");
}

function fence(body) {
  const ticks = "`".repeat(Math.max(3, ...[...body.matchAll(/`+/g)].map(([run]) => run.length + 1)));
  return `${ticks}text\n${body.trimEnd()}\n${ticks}`;
}
