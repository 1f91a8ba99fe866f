import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { type Bench, openBench } from "./programs";

const DAY = 86_400_000;

/** A key at each vendor whose keys rotate, with these arguments beside its name. */
const program = (args: string) => `
const messaging = new zavu.SubAccount("acme", { name: "Acme Corp", externalId: "tenant-acme" });
const browser = new bctrl.SubAccount("acme", { name: "Acme Corp", externalId: "tenant-acme" });
const backend = new zavu.ApiKey("backend", { subAccountId: messaging.id, name: "backend", ${args} });
const worker = new bctrl.ApiKey("worker", { subAccountId: browser.id, name: "worker", ${args} });
export const keys = [backend.apiKey, worker.apiKey];
`;

describe("a rotation through the real engine", () => {
  let bench: Bench;
  afterEach(() => bench?.close());
  const keys = async () => (await bench.project.outputs({ showSecrets: true }))["keys"] as string[];
  const works = ([zavu = "", bctrl = ""]: readonly string[]) => [
    bench.emulator.zavu.keyWorks(zavu),
    bench.emulator.bctrl.keyWorks(bctrl),
  ];
  const expectSettled = async () => {
    await bench.project.preview("--expect-no-changes");
    await bench.project.refresh("--expect-no-changes");
  };

  it("by keepers says why in the preview, keeps the key before for the overlap, and ends it in the next up", async () => {
    bench = await openBench(program("keepers: { person: 'ann' }"));
    await bench.project.up();
    const first = await keys();

    bench.program(program("keepers: { person: 'bob' }"));
    const preview = await bench.project.preview("--diff");
    expect(preview.output).toMatch(/person\s*: "ann" => "bob"/);
    expect(preview.output).toMatch(
      /Zavu: a new key is made, because keepers changed; the one before, k\w+, stays valid for 24 hours/,
    );
    await bench.project.up();
    const second = await keys();
    expect([works(first), works(second), first.some((key) => second.includes(key))]).toEqual([
      [true, true],
      [true, true],
      false,
    ]);
    await expectSettled();

    // An overlap that is over when the code says so: the next up ends the keys before.
    bench.program(program("keepers: { person: 'bob' }, overlapHours: 0.00001"));
    const { output } = await bench.project.up();
    expect(output).toMatch(/the key before the rotation, .*, is revoked: its overlap ended at/);
    expect([works(first), works(second)]).toEqual([
      [false, false],
      [true, true],
    ]);
    expect(await keys()).toEqual(second);
    await expectSettled();
    await bench.project.destroy();
    expect(works(second)).toEqual([false, false]);
  });

  it("by age is due in preview and up, and a drift job stays quiet", async () => {
    bench = await openBench(program("rotateAfterDays: 90"));
    await bench.project.up();
    const first = await keys();
    // As if they had been made 100 days ago: ages count by the clock of the machine that runs Pulumi.
    const file = join(bench.project.dir, "state.json");
    await bench.project.run(["stack", "export", "--file", file]);
    const made = /"createdAt": "(\d{4}-[^"]*)"/g;
    const old = new Date(Date.now() - 100 * DAY).toISOString();
    writeFileSync(file, readFileSync(file, "utf8").replace(made, `"createdAt": "${old}"`));
    await bench.project.run(["stack", "import", "--file", file]);
    await bench.project.run(["refresh", "--preview-only", "--expect-no-changes"]);
    await bench.project.run(["refresh", "--preview-only", "--expect-no-changes", "--run-program"]);
    const preview = await bench.project.preview("--expect-no-changes", { expectFailure: true });
    expect(preview.output).toMatch(/the key is 100 days old and rotateAfterDays is 90/);
    await bench.project.up();
    expect([works(first), works(await keys())]).toEqual([
      [true, true],
      [true, true],
    ]);
    await expectSettled();
  });

  it("without an overlap delivers the new key before the old one ends, in the next up", async () => {
    bench = await openBench(program("keepers: { n: 1 }, overlapHours: 0"));
    await bench.project.up();
    const first = await keys();
    bench.program(program("keepers: { n: 2 }, overlapHours: 0"));
    await bench.project.up();
    expect([works(first), works(await keys())]).toEqual([
      [true, true],
      [true, true],
    ]);
    await bench.project.up();
    expect([works(first), works(await keys())]).toEqual([
      [false, false],
      [true, true],
    ]);
    await expectSettled();
  });
});
