import { isDeepStrictEqual } from "node:util";
import type { Values } from "../../../provider/core/contract/resource";
import type { Resource } from "../../support/stack";
import type { Operation, Snapshot } from "./laws";

const HOUR_MS = 3_600_000;

/** A key that is to be revoked later, as the state has it. */
interface Retiring {
  readonly keyId: string;
  readonly revokeAt: string;
}

/** What an operation did to keys that it must not do; empty if nothing. */
export function brokenKeys(before: Snapshot, after: Snapshot, operation: Operation): string[] {
  const problems: string[] = [...strangers(before, after)];
  for (const [key, args] of operation.program) {
    const [was, is] = [before.state.get(key), after.state.get(key)];
    if (was && is && was.id === is.id)
      problems.push(...ofResource(key, args, was, is, before, after, operation));
  }
  if (operation.kind === "up" && operation.outcome === "done")
    problems.push(...leftOver(before, after, operation));
  return problems;
}

/**
 * No key is revoked that the state does not have: a killed run, a restored backup and a copy look alike. Those that a run
 * makes and loses are not there before it.
 */
function strangers(before: Snapshot, after: Snapshot): string[] {
  const resources = [...before.state.values(), ...before.condemned];
  const held = new Set(resources.flatMap(({ outputs }) => idsOf(outputs)));
  const secrets = resources.map(({ outputs }) => String(outputs["apiKey"]));
  return [...before.issued].flatMap(([id, { account, prefix, live }]) => {
    const isRevoked = live && !after.issued.get(id)?.live;
    const isKnown = held.has(id) || secrets.some((secret) => secret.startsWith(prefix));
    const isEnded = !before.accounts.get(account)?.live || !after.accounts.get(account)?.live;
    return isRevoked && !isKnown && !isEnded
      ? [`the key ${id} was revoked, and the state did not have it`]
      : [];
  });
}

/** A key that was delivered works for as long as it is declared; one that is rotated, until its overlap ends. */
function ofResource(
  key: string,
  args: Values,
  was: Resource,
  is: Resource,
  before: Snapshot,
  after: Snapshot,
  { outcome, replaced, used }: Operation,
): string[] {
  const problems: string[] = [];
  const [old = "", now = ""] = [was, is].map(({ outputs }) => String(outputs["apiKey"]));
  const account = accountOf(was);
  if (!after.accounts.get(account)?.live || args["status"] === "inactive" || replaced.has(key)) {
    // A forced replacement that did not come to its end may have ended the old key before the new one was saved.
    return [];
  }
  const wasWorking = before.keys.get(old) === account;
  const isDelivered = outcome === "killed" || is.outputs["apiKey"] != null;
  if (wasWorking && (!isDelivered || after.keys.get(now) !== account))
    problems.push(`the key of ${key} was lost`);
  if (wasWorking && now !== old && used.has(old) && !isRotated(was.outputs, args, after.now)) {
    problems.push(`the key of ${key} was exchanged in use`);
  }
  const overlap = hours(args);
  const waiting = retiring(was.outputs).filter(
    ({ revokeAt }) => Date.parse(revokeAt) + (overlap - hours(was.outputs)) * HOUR_MS > after.now,
  );
  // Also without an overlap: what depends on the key gets the new one in this very up.
  for (const id of [...waiting.map(({ keyId }) => keyId), was.outputs["keyId"]]) {
    if (before.issued.get(String(id))?.live && !after.issued.get(String(id))?.live) {
      problems.push(`the key ${id} of ${key} was revoked before its time`);
    }
  }
  return problems;
}

/** After an `up` the vendor has no key that nobody has, and none whose time is over. */
function leftOver(
  before: Snapshot,
  after: Snapshot,
  { program, hasLateEffects, printed }: Operation,
): string[] {
  const problems: string[] = [];
  const kept = printed.filter((line) => line.includes("was replaced by force and kept"));
  const held = new Set([...after.state.values()].flatMap(({ outputs }) => idsOf(outputs)));
  const secrets = [...after.state.values()].map(({ outputs }) => String(outputs["apiKey"]));
  const isLive = (id: string) => {
    const issued = after.issued.get(id);
    return issued?.live && after.accounts.get(issued.account)?.live;
  };
  for (const [id, { prefix }] of after.issued) {
    const isKnown = held.has(id) || secrets.some((secret) => secret.startsWith(prefix));
    // Beside a key of its name from a moment before, nothing proves which one is lost: a person is told of both.
    const isNamed = printed.some(
      (line) => line.includes("may be the ones whose reply was lost") && line.includes(`(${id})`),
    );
    if (!hasLateEffects && !before.issued.has(id) && isLive(id) && !isKnown && !isNamed)
      problems.push(`the key ${id} was made and nobody has it`);
  }
  for (const [key, { outputs }] of before.state) {
    const [had, has] = [outputs, after.state.get(key)?.outputs].map((each) => idsOf(each ?? {}));
    for (const id of had ?? []) {
      // Its account is another customer's now, and a person is told of it.
      const isNamed = kept.some((line) => line.includes(id));
      if (!has?.includes(id) && !held.has(id) && isLive(id) && !isNamed)
        problems.push(`the key ${id} of ${key} was left alive`);
    }
  }
  for (const [key, { outputs }] of after.state) {
    const waited = retiring(before.state.get(key)?.outputs ?? {}).map(({ keyId }) => keyId);
    const late = retiring(outputs).filter(
      ({ keyId, revokeAt }) => waited.includes(keyId) && Date.parse(revokeAt) <= before.now,
    );
    if (!program.has(key)) continue;
    for (const { keyId } of late)
      problems.push(`the key ${keyId} of ${key} is still there after ${late[0]?.revokeAt}`);
  }
  return problems;
}

function isRotated(state: Values, args: Values, nowMs: number): boolean {
  const days = (nowMs - Date.parse(String(state["createdAt"]))) / (24 * HOUR_MS);
  return (
    !isDeepStrictEqual(state["keepers"], args["keepers"]) ||
    days >= Number(args["rotateAfterDays"] ?? Infinity)
  );
}

function hours(values: Values): number {
  return Number(values["overlapHours"] ?? 24);
}

function retiring({ previousKeyId, previousRevokeAt, earlierKeys }: Values): Retiring[] {
  const previous =
    typeof previousKeyId === "string" ? [{ keyId: previousKeyId, revokeAt: String(previousRevokeAt) }] : [];
  return [...previous, ...((earlierKeys ?? []) as Retiring[])];
}

function idsOf(outputs: Values): string[] {
  const { keyId } = outputs;
  return [...(typeof keyId === "string" ? [keyId] : []), ...retiring(outputs).map((each) => each.keyId)];
}

/** The account of a resource: its own id, or that of the account that a key is for. */
function accountOf({ id, outputs }: Resource): string {
  return String(outputs["subAccountId"] ?? id);
}
