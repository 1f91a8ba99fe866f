import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from "vitest";
import { type Emulator, startEmulator } from "../../emulator";
import type { Project } from "../../engine/project.mts";
import { fixtures, openProgram, restore } from "../support/state-fixtures.mts";
import { handleOf, keysOf, subjectOf, VENDORS } from "../vendors/index.mts";

// Each test begins with the state as it was written then: what one step of today writes must not help the next.
describe.each(fixtures())("the state that version $version wrote", (fixture) => {
  let emulator: Emulator;
  let project: Project;
  beforeAll(async () => {
    emulator = await startEmulator();
    project = await openProgram(inject("engineBinDir"), fixture.folder, emulator);
  });
  beforeEach(async () => {
    await restore(project, fixture, emulator);
    emulator.clearRequests();
  });
  afterAll(async () => {
    await project?.dispose();
    await emulator?.close();
  });

  const writes = () =>
    emulator.requests
      .filter(({ method }) => method !== "GET")
      .map(({ vendor, path, body }) => ({ vendor, path, body }));
  const holdings = () => [emulator.zavu.dump(), emulator.bctrl.dump(), emulator.bolna.dump()];
  /** Changes the program. A fixture without `from` is of another program, and the test has to learn it. */
  const edit = (...changes: (readonly [from: string, to: string])[]) => {
    let text = readFileSync(join(project.dir, "index.ts"), "utf8");
    for (const [from, to] of changes) {
      expect(text).toContain(from);
      text = text.replace(from, to);
    }
    project.write("index.ts", text);
  };

  it("previews empty without a call, refreshes and ups without a change, and keeps every key", async () => {
    const before = await project.outputs({ showSecrets: true });
    const held = holdings();
    await project.preview("--expect-no-changes");
    expect(emulator.requests).toEqual([]);
    await project.refresh("--expect-no-changes");
    await project.up("--expect-no-changes");
    expect(writes()).toEqual([]);
    expect(await project.outputs({ showSecrets: true })).toEqual(before);
    expect(holdings()).toEqual(held);
    await project.preview("--expect-no-changes");
  });

  it("is updated in place by a changed limit, of which alone it sends", async () => {
    edit(
      ["creditLimit: 50_00", "creditLimit: 60_00"],
      ["maxActiveRuns: 5", "maxActiveRuns: 6"],
      ["allowConcurrentCalls: 4", "allowConcurrentCalls: 5"],
    );
    const idOf = (vendor: string) =>
      fixture.deployment.deployment.resources.find(({ urn }) => urn.endsWith(`${vendor}:SubAccount::full`))
        ?.id;
    const { output } = await project.up();
    expect(output).toMatch(/Resources:\s+~ 3 updated\s+\d+ unchanged/);
    expect(writes()).toEqual(
      expect.arrayContaining([
        { vendor: "zavu", path: `/v1/sub-accounts/${idOf("zavu")}`, body: { creditLimit: 60_00 } },
        { vendor: "bctrl", path: `/v1/subaccounts/${idOf("bctrl")}`, body: { limits: { maxActiveRuns: 6 } } },
        { vendor: "bolna", path: `/sub-accounts/${idOf("bolna")}`, body: { allow_concurrent_calls: 5 } },
      ]),
    );
    expect(writes()).toHaveLength(3);
  });

  it("is destroyed, and nothing at the vendors is live any more", async () => {
    await project.destroy();
    expect(project.state().resources ?? []).toEqual([]);
    for (const vendor of VENDORS) {
      const { endedStatus } = subjectOf(vendor);
      const held =
        fixture.vendors[vendor]?.filter((record) => "name" in record && !("secret" in record)) ?? [];
      const accounts = handleOf(emulator, vendor).accounts();
      expect(accounts.map(({ status }) => status)).toEqual(
        endedStatus === undefined ? [] : held.map(() => endedStatus),
      );
      expect(accounts.flatMap((account) => keysOf(vendor, account)).filter(({ live }) => live)).toEqual([]);
    }
    expect(emulator.bctrl.keys().filter(({ revokedAt }) => revokedAt === null)).toEqual([]);
  });
});
