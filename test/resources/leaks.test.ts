import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import type { Values } from "../../provider/core/contract/resource";
import { declare, VENDORS } from "../support/customers";
import { ENCODINGS } from "../support/encodings";
import { Stack, type TypeName } from "../support/stack";
import { doctor, keys } from "../unit/cli/program";
import { handleOf, subjectOf } from "../vendors/index.mts";

const DATABASE = {
  host: "k4n4rie.v0gel.t3st",
  port: 5432,
  name: "v0geln4me",
  user: "v0gelus3r",
  password: "Kan\"arie<7>&'\\Vögel+ x9",
};
/** A program's own secret, which the provider cannot tell from any other text. */
const WRAPPED = "Wr4pped-Kanarie";

const PROGRAM: readonly (readonly [TypeName, Values])[] = [
  [
    "bolna.SubAccount",
    {
      name: "Acme",
      allowConcurrentCalls: 1,
      deletionPolicy: "delete",
      multiTenant: true,
      database: DATABASE,
      externalId: WRAPPED,
    },
  ],
  ["zavu.SubAccount", { name: WRAPPED, externalId: WRAPPED, metadata: { note: WRAPPED } }],
  ["bctrl.SubAccount", { name: WRAPPED, externalId: WRAPPED, metadata: { deep: { note: WRAPPED } } }],
];

/** Fails where that many characters in a row of one of these texts stand in what is shown, in any case. */
function expectNoTrace(where: string, shown: string, texts: readonly string[], many = 8): void {
  const lower = shown.toLowerCase();
  const traces = texts
    .map((each) => each.toLowerCase())
    .flatMap((text) => Array.from({ length: text.length }, (_, at) => text.slice(at, at + many)))
    .filter((part) => part.length === many && lower.includes(part));
  expect(traces, `of ${where}: ${shown}`).toEqual([]);
}

/** What the pipelines' report says of a failed run: of what Pulumi printed, and of its event log. */
function report(errors: readonly string[]): string {
  const folder = mkdtempSync(join(tmpdir(), "leaks-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  mkdirSync(join(folder, "out"));
  const run = (script: string, args: readonly string[], input: string): string => {
    const path = resolve(__dirname, "../../examples/gitops/scripts", script);
    return execFileSync(process.execPath, [path, ...args], { cwd: folder, encoding: "utf8", input });
  };
  const events = errors.map((message) => JSON.stringify({ diagnosticEvent: { severity: "error", message } }));
  writeFileSync(join(folder, "out/preview.json"), run("changes.mjs", [], events.join("\n")));
  writeFileSync(join(folder, "out/preview.txt"), errors.map((error) => `    error: ${error}`).join("\n"));
  return run("report.mjs", ["preview", "1", "preview"], "");
}

/** An emulator that answers as usual and knows an account, then repeats all that it is sent. */
async function opened(echo: (text: string) => string) {
  const stack = await Stack.open();
  onTestFinished(() => stack.close());
  stack.env["SUBACCOUNTS_DEBUG"] = "1";
  const { emulator } = stack;
  const { id } = emulator.zavu.seed({ name: "Acme" });
  const state = {
    deployment: {
      resources: [
        {
          type: "pulumi-nodejs:dynamic/subaccounts/zavu:SubAccount",
          urn: "urn:pulumi:dev::tenants::pulumi-nodejs:dynamic/subaccounts/zavu:SubAccount::acme",
          id,
          outputs: { name: "Acme" },
        },
      ],
    },
  };
  for (const vendor of VENDORS) emulator[vendor].switches.echo = echo;
  const own = VENDORS.map((vendor) => emulator[vendor].apiKey);
  const { port: _, ...database } = DATABASE;
  return { stack, emulator, state, secrets: [...own, ...Object.values(database), WRAPPED] };
}

describe("what a vendor repeats is shown nowhere", () => {
  it.each(Object.entries(ENCODINGS))("as %s", async (_name, echo) => {
    const { stack, emulator, state, secrets } = await opened(echo);
    const errors: string[] = [];
    for (const [type, args] of PROGRAM) {
      await stack.up(type, args).catch((error: Error) => errors.push(`${error.message}\n${error.stack}`));
    }
    expect(errors).toHaveLength(PROGRAM.length);
    // The refusal is told, and by whom; what the emulator said of it is a plain sentence or not shown.
    for (const error of errors)
      expect(error).toMatch(/answered 400 .*(?:The request is not valid|is not shown)/);
    // The commands would write their log to the standard error of the tests.
    const { SUBACCOUNTS_DEBUG: _log, ...env } = stack.env;
    const shown = {
      "an error": errors.join("\n"),
      "the debug log": stack.printed.join("\n"),
      doctor: (await doctor([], { env })).output,
      keys: (await keys(["--unknown"], { env, state })).output,
      "the report of a pipeline": report(errors),
    };
    expect(shown["the debug log"]).toContain('"status":400');
    expect(shown.doctor).toContain("3 failed");
    expect(shown.keys).toContain("answered 400");
    expect(shown["the report of a pipeline"]).toContain("answered 400");
    const texts = [...secrets, ...secrets.map(echo)];
    for (const [where, text] of Object.entries(shown)) expectNoTrace(where, text, texts);
    // The page shows how a key begins.
    const page = await (await fetch(`${emulator.url}/_/state`)).text();
    expectNoTrace("the emulator's page", page, texts, 16);
  });
});

describe("a vendor that repeats the key of an account of which this run knows nothing yet", () => {
  it("has it kept secret by its shape, and nothing that only begins like one", async () => {
    const stack = await Stack.open();
    onTestFinished(() => stack.close());
    const declared = { note: "", prefix: "", named: "" };
    await stack.upAll([declare("zavu", "Acme", { metadata: declared }), declare("zavu", "Beta")]);
    const [acme, beta] = [...stack.resources.values()].filter(({ outputs }) => "apiKey" in outputs);
    if (!acme || !beta) throw new Error("there are two accounts");
    const key = String(beta.outputs["apiKey"]);
    const innocent = { prefix: key.slice(0, 16), named: "zv_live_customers_of_the_south_west" };
    stack.emulator.zavu.change(acme.id, { metadata: { note: `it is ${key}`, ...innocent } });
    const { props } = await stack.operation(() =>
      stack.handler("zavu.SubAccount").read(acme.id, acme.outputs),
    );
    expect(props?.["metadata"]).toMatchObject({ ...innocent, note: { value: `it is ${key}` } });
  });
});

describe("a vendor that puts the parent key where it does not belong", () => {
  it("in a key listing: as the name and the beginning of a key", async () => {
    const stack = await Stack.open();
    onTestFinished(() => stack.close());
    const { zavu } = stack.emulator;
    await stack.up("zavu.SubAccount", { name: "Acme" });
    const { id } = stack.resource("zavu.SubAccount");
    await stack.up("zavu.ApiKey", { subAccountId: id, name: "backend" });
    const { keyId } = stack.resource("zavu.ApiKey").outputs;
    const items = [
      { id: keyId, name: "backend", keyPrefix: zavu.apiKey, createdAt: stack.now },
      { id: zavu.apiKey, name: "backend", keyPrefix: "", createdAt: stack.now },
    ];
    stack.emulator.fault({
      path: "/v1/sub-accounts/{id}/api-keys",
      times: 9,
      fault: { kind: "status", when: "before", status: 200, body: { items } },
    });
    const { id: ofKey, outputs } = stack.resource("zavu.ApiKey");
    const { props } = await stack.operation(() => stack.handler("zavu.ApiKey").read(ofKey, outputs));
    expect(props).toMatchObject({ keyId, keyPrefix: "[secret]" });
    expectNoTrace("the state", JSON.stringify(props), [zavu.apiKey], 12);
    expectNoTrace("a note", stack.printed.join("\n"), [zavu.apiKey]);
  });

  /** The forms in which a secret is known again, whatever text it stands in. */
  const KNOWN = [
    "as it is",
    "JSON in JSON",
    "HTML of JSON",
    "hex entities",
    "a URL",
    "base64",
    "hex",
    "upper case",
    "backwards",
    "its first half",
    "every character as \\u",
  ];

  it.each(KNOWN)(
    "in an account, as %s: the state has it without the key, and the next up mends it",
    async (name) => {
      const stack = await Stack.open();
      onTestFinished(() => stack.close());
      const echo = ENCODINGS[name] ?? String;
      const program = VENDORS.map((vendor) =>
        declare(vendor, "Acme", subjectOf(vendor).isMarked ? { metadata: { tier: "gold" } } : {}),
      );
      await stack.upAll(program);
      for (const vendor of VENDORS) {
        const handle = stack.emulator[vendor];
        const repeated = `of ${echo(handle.apiKey)}`;
        const [account] = handleOf(stack.emulator, vendor).accounts();
        const metadata = { ...account?.metadata, tier: repeated, deep: [{ [repeated]: repeated }] };
        const change = subjectOf(vendor).isMarked
          ? { name: repeated, metadata }
          : { name: echo(handle.apiKey) };
        handleOf(stack.emulator, vendor).change(account?.id ?? "", change);
      }
      await stack.refreshAll();
      // The stand-in's organization is called like its key.
      const state = JSON.stringify([...stack.resources.values()]).replaceAll(/org_\w+|organization/g, "");
      expect(state).toContain("[secret]");
      const keys = VENDORS.map((vendor) => stack.emulator[vendor].apiKey);
      const texts = keys.flatMap((key) => [key, echo(key)]);
      expectNoTrace("the state", state, texts, 12);
      expect(await stack.previewAll(program)).toEqual(VENDORS.map(() => "update"));
      await stack.upAll(program);
      expect(await stack.refreshAll()).toEqual(VENDORS.map(() => "same"));
    },
  );
});
