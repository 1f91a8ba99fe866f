import type { ListedKey } from "../../provider/core/key/keys";
import { count } from "../count";
import type { Paint } from "../doctor/report";
import { EXIT, type ExitCode } from "../exit-codes";

/** A key at a vendor that has a name of ours and that the state does not have. Never with its secret. */
export interface ListedUnknownKey {
  readonly vendor: string;
  readonly connection?: string | undefined;
  readonly accountId: string;
  readonly accountName?: string | undefined;
  readonly keyId: string;
  readonly name?: string | undefined;
  readonly createdAt?: string | undefined;
  readonly lastUsedAt?: string | undefined;
  readonly use: ListedKey["use"];
  /** Why it may be in use: it may be the account's own, or a suspended customer has no other. Such a key is not revoked. */
  readonly doubt?: string | undefined;
  readonly revoked: boolean;
}

/** The result of the command, as `--json` prints it. */
export interface KeysReport {
  /** How many accounts of the state were looked at. */
  readonly accounts: number;
  readonly unknown: readonly ListedUnknownKey[];
  /** Reasons why there is nothing to look at. */
  readonly notes: readonly string[];
  /** Questions without an answer, and failures. */
  readonly problems: readonly string[];
}

export function exitCode({ unknown, problems }: KeysReport): ExitCode {
  if (problems.length > 0) return EXIT.failed;
  return unknown.some(({ revoked }) => !revoked) ? EXIT.found : EXIT.done;
}

/** The report as people read it. */
export function readable({ accounts, unknown, notes, problems }: KeysReport, paint: Paint): string {
  const left = unknown.filter(({ revoked }) => !revoked);
  const end =
    left.length === 0
      ? `No unknown key is left at ${count(accounts, "account")}.`
      : `${count(left.length, "unknown key")} at ${count(accounts, "account")}. The state of another stack may have one. To end one: subaccounts keys --revoke <key id>`;
  return [
    ...unknown.map((key) =>
      key.revoked
        ? `${paint("green", "revoked")}  ${line(key)}`
        : `${paint("yellow", "unknown")}  ${line(key)}`,
    ),
    ...notes.map((text) => `note     ${text}`),
    ...problems.map((text) => `${paint("red", "FAIL")}     ${text}`),
    end,
    "",
  ].join("\n");
}

function line(key: ListedUnknownKey): string {
  const { vendor, accountId, accountName, keyId, name, createdAt, doubt } = key;
  const called = accountName === undefined ? "" : ` ${JSON.stringify(accountName)}`;
  return [
    `${vendor} account ${accountId}${called}: key ${keyId}${name === undefined ? "" : ` ${JSON.stringify(name)}`}`,
    createdAt === undefined ? "creation time not shown" : `created ${createdAt}`,
    useText(key),
    ...(doubt === undefined ? [] : [doubt]),
  ].join(", ");
}

function useText({ vendor, use, lastUsedAt }: ListedUnknownKey): string {
  if (use === "used") return lastUsedAt === undefined ? "used" : `last used ${lastUsedAt}`;
  return use === "never" ? `never used, as far as ${vendor} shows` : `${vendor} does not show its use`;
}
