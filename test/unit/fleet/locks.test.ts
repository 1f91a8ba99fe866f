import { hostname } from "node:os";
import { describe, expect, it } from "vitest";
import { lockedBecause, lockHoldersIn } from "../../../fleet/pulumi/locks";
import { type Attempt, hasEnded, isOfAttempt } from "../../../fleet/run/locks";

const refused = (...holders: string[]) => [
  `error: the stack is currently locked by ${holders.length} lock(s). Either wait for the other process(es) to end or delete the lock file with \`pulumi cancel\`.`,
  ...holders.map(
    (holder) => `  file:///state/.pulumi/locks/organization/t/prod-0/x.json: created by ${holder}`,
  ),
];
const holderOf = (text: string) => lockHoldersIn(refused(text))[0] ?? expect.fail("no holder is read");

describe("a lock of a state", () => {
  const attempt: Attempt = {
    run: "20261127-1",
    stack: "prod-0",
    host: "worker-2",
    pid: 16,
    startedAt: "2026-11-27T12:00:00.900Z",
    group: { host: "worker-2", pid: 15, started: "1" },
  };

  it("says who holds it", () => {
    const lines = refused(
      "root@worker-2 (pid 16) at 2026-11-27T12:00:00Z",
      "jo@corp@laptop (pid 4) at 2026-11-27T11:00:00+01:00",
    );
    expect(lockHoldersIn(lines)).toEqual([
      { user: "root", host: "worker-2", pid: 16, takenMs: Date.parse("2026-11-27T12:00:00Z") },
      { user: "jo@corp", host: "laptop", pid: 4, takenMs: Date.parse("2026-11-27T10:00:00Z") },
    ]);
    expect(lockHoldersIn(["error: created by root@worker-2 (pid 16) at 2026-11-27T12:00:00Z"])).toEqual([]);
  });

  it("is said with all who hold it", () => {
    const lines = refused("root@worker-2 (pid 16) at 2026-11-27T12:00:00Z", "jo@laptop (pid 4) at noon");
    expect(lockedBecause(lines)).toContain(
      "process 16 of root on worker-2, since 2026-11-27T12:00:00.000Z and process 4 of jo on laptop: ",
    );
    expect(lockedBecause(["error: no stack"])).toBeUndefined();
  });

  it.each([
    ["of its process, since it began", "root@worker-2 (pid 16) at 2026-11-27T12:00:00Z", true],
    ["of an earlier process with its number", "root@worker-2 (pid 16) at 2026-11-27T11:59:59Z", false],
    ["of another process", "root@worker-2 (pid 17) at 2026-11-27T12:00:05Z", false],
    ["of another machine", "root@worker-3 (pid 16) at 2026-11-27T12:00:05Z", false],
    ["without a time", "root@worker-2 (pid 16) at noon", false],
  ])("is an attempt's where it is %s", (_, holder, isIt) => {
    expect(isOfAttempt(holderOf(holder), [attempt])).toBe(isIt);
  });

  it("is left over where its process, of this machine, is gone", () => {
    const isThere = (pid: number) => pid === 17;
    const of = (holder: string) => hasEnded(holderOf(`root@${holder} at 2026-11-27T12:00:00Z`), isThere);
    expect([of(`${hostname()} (pid 16)`), of(`${hostname()} (pid 17)`), of("elsewhere (pid 16)")]).toEqual([
      true,
      false,
      false,
    ]);
  });
});
