import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startCommand } from "../../engine/command.mts";
import { linkPackages, repository } from "../../engine/program-folder.mts";
import { type BackEnd, openBackEnd } from "./back-end";

const FIVE = ["acme", "globex", "hooli", "initech", "umbrella"];

// One story, in order. A killed back end is test/release/automation.test.ts.
describe("the back end of examples/automation", () => {
  let backEnd: BackEnd;
  beforeAll(async () => {
    backEnd = await openBackEnd();
  });
  afterAll(() => backEnd?.close());
  const active = () =>
    backEnd.accounts().flatMap(({ externalId, status }) => (status === "active" ? [externalId] : []));

  it("makes five customers of five sign-ups at once, in a working directory without packages, and ends none", async () => {
    const all = await Promise.all(FIVE.map((id) => backEnd.signUp(id)));
    expect(all.map(({ status }) => status)).toEqual(FIVE.map(() => 200));
    expect(active().sort()).toEqual([...FIVE, ...FIVE].sort());
    expect(backEnd.accounts()).toHaveLength(10);
    const acme = backEnd.emulator.zavu.accounts().find(({ externalId }) => externalId === "acme");
    expect(all[0]?.body).toEqual({ accounts: { zavu: acme?.id, bctrl: expect.any(String) } });
    expect(await backEnd.call("GET")).toEqual({
      status: 200,
      body: { tenants: expect.arrayContaining(FIVE) },
    });
  });

  it("refuses a program that leaves out what the stack has, so that a stale list ends nobody", async () => {
    const { root, env } = backEnd;
    const stale = join(root, "stale");
    mkdirSync(stale);
    writeFileSync(join(stale, "Pulumi.yaml"), "name: saas\nruntime: nodejs\n");
    writeFileSync(join(stale, "index.js"), "");
    linkPackages(stale);
    const up = ["up", "--yes", "--skip-preview", "--non-interactive", "--stack", "acme"];
    const { exitCode, output } = await startCommand("pulumi", up, { cwd: stale, env }).done;
    expect(exitCode).not.toBe(0);
    expect(output).toContain("protected");
    expect(active()).toHaveLength(10);
  });

  it("ends the one customer that it is told to, and says that there is no such one", async () => {
    expect(await backEnd.call("DELETE", "/hooli")).toMatchObject({ status: 200 });
    expect(active().sort()).toEqual([...FIVE, ...FIVE].filter((id) => id !== "hooli").sort());
    expect(await backEnd.call("DELETE", "/nobody")).toEqual({
      status: 404,
      body: { error: "no such customer" },
    });
  });

  it("says what is wrong with a customer, and makes nothing of it", async () => {
    const before = backEnd.emulator.requests.length;
    const acme = { id: "new", name: "Acme", tier: "trial" };
    const wrong: [object, RegExp][] = [
      [{ ...acme, id: "../x" }, /^id: must be 1 to 63 of a-z, 0-9 and -$/],
      [{ name: "Acme", tier: "trial" }, /^id: .*undefined/],
      [{ ...acme, id: ["new"] }, /^id: .*array/],
      [{ ...acme, name: undefined }, /^name: .*undefined/],
      [{ ...acme, name: {} }, /^name: .*object/],
      [{ ...acme, name: " \n" }, /^name: must not be blank$/],
      [{ ...acme, tier: "constructor" }, /^tier: .*"trial"\|"gold"/],
      [{ ...acme, teir: "gold" }, /^the body: .*teir/],
      [[acme], /^the body: /],
      [{}, /^id: .*; name: .*; tier: /],
    ];
    for (const [customer, error] of wrong) {
      expect(await backEnd.call("POST", "", customer)).toEqual({
        status: 400,
        body: { error: expect.stringMatching(error) },
      });
    }
    expect(await backEnd.call("DELETE", "/A")).toMatchObject({ status: 400 });
    expect(await backEnd.call("POST", "")).toEqual({ status: 400, body: { error: "the body is no JSON" } });
    expect(backEnd.emulator.requests).toHaveLength(before);
  });

  it("makes a new customer once of two sign-ups at once, and has a delete wait or say that a run is under way", async () => {
    const both = await Promise.all([backEnd.signUp("twice"), backEnd.signUp("twice")]);
    expect(both.map(({ status }) => status).filter((status) => ![200, 409].includes(status))).toEqual([]);
    expect(both.map(({ status }) => status)).toContain(200);
    expect(active().filter((id) => id === "twice")).toHaveLength(2);
    const [up, end] = await Promise.all([backEnd.signUp("twice"), backEnd.call("DELETE", "/twice")]);
    expect(
      [up.status, end.status].filter((status) => ![200, 404, 409].includes(status)),
      `${up.body} ${end.body}`,
    ).toEqual([]);
  });

  it("would be told what to set if it had no `main` and a working directory without packages", async () => {
    const { root, env } = backEnd;
    const program = `
      const require = process.getBuiltinModule("module").createRequire(${JSON.stringify(join(repository, "package.json"))});
      const { LocalWorkspace } = require("@pulumi/pulumi/automation");
      const { zavu } = require("pulumi-subaccounts");
      const program = async () => { new zavu.SubAccount("acme", { name: "Acme" }); };
      LocalWorkspace.createStack({ projectName: "saas", stackName: "lost", program })
        .then((stack) => stack.up())
        .catch((error) => console.log(error.message));`;
    const { output } = await startCommand("node", ["-e", program], { cwd: root, env }).done;
    expect(output).toContain("could not read plugin");
    expect(output).toMatch(
      /it starts it in the folder `main` .* where pulumi-subaccounts is not found\. Set `projectSettings/,
    );
  });

  it("shows no key, in answers and on its output", () => {
    expect(backEnd.said.length).toBeGreaterThan(5);
    expect(backEnd.said.join("\n")).not.toMatch(/zv_live_sub_\w{8,}|bctrl_[a-z0-9]{30,}/);
  });
});
