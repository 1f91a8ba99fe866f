/**
 * Writes out/policy-config.json, the configuration of the policies for this run: policy/policy-config.json with what the
 * files approvals/*.yaml approve. Writes them to out/approvals.json for the report, and prints those that are expired,
 * since they do not count. The policy checks what they say.
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { parse } from "yaml";
import { line } from "./markdown.mjs";

const FOLDER = "approvals";
const KEYS = ["policy", "accounts", "changes", "until", "reason"];

const config = JSON.parse(readFileSync("policy/policy-config.json", "utf8"));
const files = existsSync(FOLDER) ? readdirSync(FOLDER).filter((name) => !name.startsWith(".")) : [];
const approvals = files.sort().map((name) => approvalOf(`${FOLDER}/${name}`));
for (const { file, policy, isExpired, ...approval } of approvals) {
  if (isExpired) console.error(`${line(file)} is expired and does not count: delete it`);
  const settings = typeof config[policy] === "string" ? { enforcementLevel: config[policy] } : config[policy];
  config[policy] = { ...settings, approvals: [...(settings.approvals ?? []), approval] };
}
writeFileSync("out/policy-config.json", JSON.stringify(config, undefined, 2));
writeFileSync("out/approvals.json", JSON.stringify(approvals, undefined, 2));

function approvalOf(file) {
  if (!/\.ya?ml$/.test(file)) fault(file, "is no .yaml file");
  let approval;
  try {
    approval = parse(readFileSync(file, "utf8"));
  } catch (error) {
    fault(file, error.message.split("\n", 1)[0]);
  }
  const keys = Object.keys(approval ?? {});
  const wrong = [...keys.filter((key) => !KEYS.includes(key)), ...KEYS.filter((key) => !keys.includes(key))];
  if (wrong.length > 0) fault(file, `its keys have to be ${KEYS.join(", ")} (see ${wrong.join(", ")})`);
  if (!Object.hasOwn(config, approval.policy)) {
    fault(file, `is for ${approval.policy}, which policy/policy-config.json does not have`);
  }
  // The day itself counts, wherever it still is that day.
  return { file, ...approval, isExpired: Date.parse(`${approval.until}T23:59:59.999Z`) < Date.now() };
}

/** Ends the run: there is a mistake in a file. */
function fault(file, why) {
  console.error(line(`error: ${file}: ${why}`));
  process.exit(1);
}
