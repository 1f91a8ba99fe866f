/**
 * The report on accounts that no file has, as Markdown, of out/accounts.json (`subaccounts tenants generate --check
 * --json`). Its first line is the mark by which publish.mjs finds the issue again.
 */
import { readFileSync } from "node:fs";
import { code, compose, list, paragraph } from "./markdown.mjs";

const stack = process.env.PULUMI_STACK ?? "";
const { unmatched, files } = JSON.parse(readFileSync("out/accounts.json", "utf8"));
const rest = "subaccounts tenants generate --check --json has all of them";
const count = unmatched.length + files.length;
const blocks = [
  paragraph(`### Accounts that no file of \`${stack}\` has: ${count || "none"}`),
  ...section("Accounts still there after deleteAfter", accounts(true)),
  ...section(
    "Accounts",
    accounts(false),
    "An account that was kept (`deletionPolicy: retain`) is active and has to be paid for, until it is ended at the vendor or declared again with `adopt`. What is to be left alone goes into map.csv with `-` for its externalId.",
  ),
  ...section(
    "Customers, by the file that `subaccounts tenants generate` would write",
    files.map((file) => code(file)),
  ),
];
console.log(`<!-- gitops accounts ${stack} -->`);
console.log(compose(blocks, 60_000));

function accounts(areLeft) {
  return unmatched.flatMap(({ vendor, id, name, reason, isLeft = false }) =>
    isLeft === areLeft ? [`${code(id)} at ${vendor}, ${code(name)}: ${code(reason, 600)}`] : [],
  );
}

function section(title, items, after) {
  if (items.length === 0) return [];
  const note = after ? [paragraph(after)] : [];
  return [paragraph(`**${title}: ${items.length}**`), list(items, rest, 30_000), ...note];
}
