/**
 * The report that people read of a run, as Markdown: `node scripts/report.mjs preview|drift <exit code> <name>`, of
 * out/<name>.json (changes.mjs) and out/<name>.txt, which is what Pulumi printed. With `unfinished` in place of the exit
 * code, and no name, it is the report of a run that has not come to its end. Its first line is a mark by which publish.mjs
 * finds the comment or issue again.
 */
import { existsSync, readFileSync } from "node:fs";
import { budgetChange } from "./budget-change.mjs";
import { code, compose, fence, folded, list, paragraph, value } from "./markdown.mjs";

const [what, exitCode, name] = process.argv.slice(2);
const env = process.env;
const stack = env.PULUMI_STACK ?? "";
/** GitHub takes 65,536 characters in a comment or an issue, GitLab a million. */
const MAX = 60_000;
const AFTER_REMOVAL =
  "To keep an account that is ended, merge `deletionPolicy: retain` for it first, and take it out after that. A retained account stays active and has to be paid for, and no policy counts it any more (budget, pool): end it at the vendor, or declare it again with `adopt`.";

/** The argument of each vendor that suspends an account, with the value that does. */
const STOPS = {
  zavu: ["status", "inactive"],
  bctrl: ["limits.monthlyCreditLimit", 0],
  bolna: ["maxConcurrency", 0],
};

if (exitCode === "unfinished") {
  const title = {
    preview: `Preview of \`${stack}\`: not finished`,
    drift: `The drift check of \`${stack}\` did not finish`,
  };
  console.log(`<!-- gitops ${what} ${stack} -->\n### ${title[what]}\n`);
  console.log(
    `**It ended before its report**, so what would change is not known: see ${logOfTheJob()}. It cannot be merged as it is.`,
  );
  process.exit(0);
}
const text = readFileSync(`out/${name}.txt`, "utf8");
const {
  counts,
  steps,
  violations,
  errors,
  keys = [],
  ended = [],
} = JSON.parse(readFileSync(`out/${name}.json`, "utf8"));
if (!counts && ["0", "7"].includes(exitCode)) {
  throw new Error(
    `out/${name}.json has no summary: Pulumi has written no event log, so the report would be wrong`,
  );
}
const byName = steps.toSorted(
  (one, other) =>
    one.name.localeCompare(other.name, "en", { numeric: true }) || (one.vendor < other.vendor ? -1 : 1),
);
const accounts = byName.filter(({ kind }) => kind === "SubAccount");
const rest = `the rest is in ${logOfTheJob()}`;
const order = ["create", "update", "delete"];
const counted = Object.entries(counts ?? {})
  .filter(([op, count]) => op !== "same" && count > 0)
  .sort(([one], [other]) => order.indexOf(one) - order.indexOf(other))
  .map(([op, count]) => `${count} to ${op}`)
  .join(", ");

const blocks = [
  ...(what === "preview" ? preview() : drift()),
  folded("What Pulumi printed", fence(text, rest, MAX)),
];
console.log(`<!-- gitops ${what} ${stack} -->`);
console.log(compose(blocks, MAX));

function preview() {
  const removed = accounts.filter(({ op }) => op === "delete");
  return [
    paragraph(`### Preview of \`${stack}\`: ${counted || (exitCode === "0" ? "no changes" : "stopped")}`),
    ...verdict(),
    ...budgetChange(rest),
    ...approvals(),
    ...kept(removed.filter(({ isRetained }) => isRetained)),
    ...section(
      "Accounts that no file declares any more",
      removed.filter((each) => !isEnded(each)).map(fateOf),
      AFTER_REMOVAL,
    ),
    ...section(
      "Accounts that go by `ended.deleteAfter` of their file",
      removed.filter(isEnded).map(fateOf),
      "Take their files out once that is deployed.",
    ),
    ...section("Accounts suspended", stopped(true)),
    ...section("Accounts resumed", stopped(false)),
    ...section("Keys that this deploy revokes", revokedKeys(), "What uses them fails from then on."),
    ...section("Keys that are made anew, or end after that", newKeys()),
    ...section("Limits raised", limits(isRaised)),
    ...section(
      "Limits lowered",
      limits((change) => !isRaised(change)),
    ),
  ];
}

/** The accounts that live on at their vendors and that no state has after this deploy: their ids are told here for the last time. */
function kept(retained) {
  if (retained.length === 0) return [];
  const ids = retained.map(
    ({ name, vendor, id }) => `${code(name)} at ${vendor}${id ? ` (${code(id)})` : ""}`,
  );
  const those = retained.length === 1 ? "1 account stays" : `${retained.length} accounts stay`;
  return [
    paragraph(
      `**${those} at the vendor and still ${retained.length === 1 ? "has" : "have"} to be paid for**, kept by \`retain\`:`,
    ),
    list(ids, rest),
  ];
}

function verdict() {
  if (exitCode === "0" && violations.length === 0)
    return counted ? [] : [paragraph("There is nothing to do.")];
  const isRefused = violations.some(({ level }) => level === "mandatory");
  const failed = `**${isRefused ? "Refused by policy" : "Failed"}.** It cannot be merged as it is, and nothing is changed.`;
  const byLevel = violations.toSorted((one, other) => (one.level > other.level ? -1 : 1)); // mandatory, advisory
  const refusals = byLevel.map(
    ({ level, policy, message }) => `**${policy}** (${level}): ${code(message, 2000)}`,
  );
  return [
    ...(exitCode === "0" ? [] : [paragraph(failed)]),
    ...(violations.length > 0 ? [list(refusals, rest)] : []),
    ...whatWentWrong(),
  ];
}

/** What files of approvals/ let through in this run, and what they no longer do. */
function approvals() {
  const made = "out/approvals.json";
  const all = existsSync(made) ? JSON.parse(readFileSync(made, "utf8")) : [];
  const codes = (texts) =>
    [texts]
      .flat()
      .map((each) => code(each))
      .join(", ");
  const items = all.map(({ file, policy, accounts, changes, until, reason, isExpired }) => {
    const said = `${code(file)}: ${code(policy)}, ${codes(changes)}, until ${code(until)}`;
    return isExpired
      ? `${said}: **expired, does not count.** Delete the file`
      : `${said}, for ${codes(accounts)}. Reason: ${code(reason)}`;
  });
  return section("Approvals", items);
}

/** What becomes of an account whose resource goes. */
function fateOf({ name, vendor, deletionPolicy, isRetained }) {
  const retained = {
    zavu: "**retained**: active, its own key goes on working and spending",
    bctrl: "**retained**: active, keys that this stack did not make go on working",
    bolna: "**retained**: active, its key goes on working, its concurrent calls stay taken from the pool",
  };
  const ended = {
    zavu: "ended: deactivated, its keys are revoked, its data stays",
    bctrl: "ended: archived for good",
    bolna: "ended: **erased for ever**, with its agents, batches and executions",
  };
  const fate = (isRetained ? retained : ended)[vendor] ?? `ended (${code(deletionPolicy)})`;
  return `${code(name)} at ${vendor}: ${fate}`;
}

/** An account whose tenant's file is there, and says by its date that it is deleted. */
function isEnded({ tenant }) {
  return ended.includes(tenant);
}

/** Accounts that are stopped, or that are so no more. */
function stopped(isNow) {
  return accounts.flatMap(({ name, vendor, changes }) => {
    const [stop, value] = STOPS[vendor] ?? [];
    const isMeant = ({ path, from, to }) => path === stop && from !== to && (isNow ? to : from) === value;
    return changes.some(isMeant) ? [`${code(name)} at ${vendor}`] : [];
  });
}

/** Keys whose resource goes or is replaced; Bolna's one key ends with its account alone. */
function revokedKeys() {
  return byName
    .filter(
      ({ kind, vendor, op, isRetained }) =>
        kind === "ApiKey" && vendor !== "bolna" && ["delete", "replace"].includes(op) && !isRetained,
    )
    .map(({ name, vendor }) => `${code(name)} at ${vendor}`);
}

/** What the provider says of rotations, each key once. */
function newKeys() {
  const texts = keys.map(({ name, note }) => `${code(name)}: ${code(note)}`);
  return [...new Set(texts)].sort((one, other) => one.localeCompare(other, "en", { numeric: true }));
}

/** The limits that change, with the number before and after. */
function limits(isMeant) {
  const isNumber = (any) => typeof any === "number";
  return accounts.flatMap(({ name, vendor, changes }) =>
    changes
      .filter(({ path, from, to }) => !path.startsWith("metadata.") && (isNumber(from) || isNumber(to)))
      .filter(isMeant)
      .map(({ path, from, to }) => `${code(name)} at ${vendor}: ${code(path)} ${limit(from)} → ${limit(to)}`),
  );
}

function limit(any) {
  return any === undefined || any === null ? "none" : value(any);
}

/** Without a limit, an account may use any amount. */
function isRaised({ from, to }) {
  return typeof from === "number" && (typeof to !== "number" || to > from);
}

function drift() {
  if (exitCode === "0") {
    return [
      paragraph(`### No drift in \`${stack}\``),
      paragraph("The vendors have what the last deploy left."),
    ];
  }
  if (exitCode !== "7") {
    return [
      paragraph(`### The drift check of \`${stack}\` failed`),
      paragraph("Whether there is drift is not known."),
      ...whatWentWrong(),
    ];
  }
  const gone = byName.filter(({ op }) => op === "delete");
  const changed = byName.filter(({ op }) => op === "update");
  const called = ({ name, vendor, kind }) => `${code(name)}, ${vendor} ${kind}`;
  return [
    paragraph(`### Drift in \`${stack}\`: ${counted}`),
    paragraph("This was changed at the vendors, and not by this repository."),
    ...section(
      "Gone",
      gone.map((step) => `${called(step)}`),
      "A deploy with a refresh (`scripts/up.sh --refresh`) does not bring an account back: it makes a new, empty account with new keys, and the old data is lost. If the customer is meant to be gone, take the tenant's file out and merge that. A key that is gone is made anew and has to be delivered.",
    ),
    ...section(
      "Changed",
      changed.map((step) => `${called(step)}: ${step.changes.map(difference).join(", ") || "was changed"}`),
      "To undo it, run the deploy with a refresh (`scripts/up.sh --refresh`): it makes the vendors match the files again. To keep it, write it into the tenant's file and merge that.",
    ),
  ];
}

function difference({ path, from, to }) {
  const isNone = (any) => any === undefined || any === null;
  if (isNone(to)) return `${code(path)} removed (was ${value(from)})`;
  return isNone(from) ? `${code(path)} added: ${value(to)}` : `${code(path)} ${value(from)} → ${value(to)}`;
}

/** What went wrong; the same at another account is told once. Without an event, it is what the command itself said. */
function whatWentWrong() {
  if (exitCode === "0") return [];
  const isOwn = (message) => !/^((preview|refresh) failed|no changes were expected)/.test(message);
  const told = errors.filter(isOwn);
  const isRefused = violations.some(({ level }) => level === "mandatory");
  const said = [...text.matchAll(/^error: (.+(?:\n {2,}.*)*)/gm)].map(([, message]) => message);
  const all = told.length > 0 || isRefused ? told : said.filter(isOwn);
  const alike = (message) => message.replace(/\(request \S+\)|\/[\w-]{12,}/g, "");
  const each = [...new Map(all.toReversed().map((message) => [alike(message), message])).values()].reverse();
  if (isRefused && each.length === 0) return [];
  return [fence(each.length > 0 ? each.join("\n") : text, rest)];
}

function section(title, items, after) {
  if (items.length === 0) return [];
  return [
    paragraph(`**${title}: ${items.length}**`),
    list(items, rest),
    ...(after ? [paragraph(after)] : []),
  ];
}

function logOfTheJob() {
  const run =
    env.GITHUB_RUN_ID &&
    `${env.GITHUB_SERVER_URL}/${env.GITHUB_REPOSITORY}/actions/runs/${env.GITHUB_RUN_ID}`;
  const url = env.CI_JOB_URL ?? run;
  return url ? `[the log of the job](${url})` : "the log of the job";
}
