import { createServer } from "node:net";
import { describe, expect, it } from "vitest";
import { OLDEST_CLI } from "../../../cli/doctor/machine";
import type { DoctorReport } from "../../../cli/doctor/report";
import { oldestVersion } from "../../../engine/installation.mts";
import { everyVendor } from "../../../provider/vendors";
import { emulate } from "../emulator/support";
import { type Around, doctor } from "./program";

const names = everyVendor.map(({ name }) => name).join(", ");
const canary = "canary0000000000000000000000000000";
/** A program with a key, as far as can be seen without a call. */
const env = { BOLNA_API_KEY: `bn-${canary}` };

/** An emulator, and the environment that points a program at it. */
async function vendors() {
  const emulator = await emulate();
  const env = {
    ZAVU_BASE_URL: emulator.zavu.url,
    ZAVUDEV_API_KEY: emulator.zavu.apiKey,
    BOLNA_BASE_URL: emulator.bolna.url,
    BOLNA_API_KEY: emulator.bolna.apiKey,
  };
  return { emulator, env };
}

describe("a program with which all is well", () => {
  it("passes, with whose keys they are and no key", async () => {
    const { emulator, env } = await vendors();
    const { code, output } = await doctor([], { env });
    expect(output).toMatch(/ok {4}Node \d/);
    expect(output).toContain("ok    Pulumi CLI 3.259.0");
    expect(output).toContain("ok    @pulumi/pulumi 3.270.0");
    expect(output).toContain("ok    pulumi-subaccounts 0.1.0");
    expect(output).toContain("ok    stack dev, its config can be read");
    expect(output).toContain(
      'ok    the key from the environment variable ZAVUDEV_API_KEY is accepted: the project "Emulator" of the team jt7emulator0001',
    );
    expect(output).toContain(
      "ok    the key from the environment variable BOLNA_API_KEY is accepted: an organization",
    );
    expect(output).toContain(
      "note  not configured: neither BCTRL_API_KEY nor subaccounts:bctrlApiKey is set",
    );
    expect(output).toContain("Nothing failed.");
    expect(output).not.toContain(emulator.zavu.apiKey);
    expect(output).not.toContain(emulator.bolna.apiKey);
    expect(code).toBe(0);
  });

  it("says that another copy of the package is asked", async () => {
    const { output } = await doctor(["--offline"]);
    expect(output).toMatch(/note {2}this command is another copy.*\n.*npx --no-install subaccounts doctor/);
  });

  it("may keep its program in another folder, and be asked about from below", async () => {
    const yaml = "name: tenants\nruntime: # of the program\n  name: nodejs\nmain: 'src/' # the program\n";
    const { code, output, root } = await doctor(["--offline"], { yaml, env, within: "src/deeper" });
    expect(output).toContain(`${root}/project/Pulumi.yaml (runtime nodejs), program in ${root}/project/src`);
    expect(output).toContain("ok    pulumi-subaccounts 0.1.0");
    expect(code).toBe(0);
  });

  it("takes connections and keys from the config, and says what that means", async () => {
    const { emulator, env } = await vendors();
    const config = {
      "subaccounts:zavuApiKey": emulator.zavu.apiKey,
      "subaccounts:connections": {
        eu: { vendor: "bolna", apiKey: emulator.bolna.apiKey, baseUrl: env.BOLNA_BASE_URL },
      },
    };
    const { code, output } = await doctor([], { env, config });
    expect(output).toMatch(
      /note {2}keys are in the config: the environment is the better place.*--run-program/,
    );
    expect(output).toMatch(
      /note {2}the environment variable ZAVUDEV_API_KEY is set and not used.*zavuApiKey/,
    );
    expect(output).toContain('Connection "eu" (Bolna)');
    expect(output).toContain(
      'ok    the key from the config key subaccounts:connections, entry "eu" is accepted',
    );
    expect(output).not.toContain(emulator.bolna.apiKey);
    expect(code).toBe(0);
  });
});

describe("without a call", () => {
  it("--offline looks at everything else", async () => {
    const { emulator, env } = await vendors();
    const { code, output } = await doctor(["--offline"], { env });
    expect(output).toContain(
      "note  the key from the environment variable ZAVUDEV_API_KEY is not tried: --offline",
    );
    expect(emulator.requests).toEqual([]);
    expect(code).toBe(0);
  });

  it.each<[string, Around, RegExp]>([
    [
      "no CLI",
      { cli: undefined },
      /FAIL {2}there is no Pulumi CLI on PATH\n +→ install the Pulumi CLI 3\.259\.0/,
    ],
    ["an old CLI", { cli: "v3.258.9" }, /FAIL {2}the Pulumi CLI is 3\.258\.9.*\n +→ install/],
    ["a CLI of another major version", { cli: "v4.0.0" }, /FAIL {2}the Pulumi CLI is 4\.0\.0/],
    [
      "no project",
      { yaml: undefined },
      /FAIL {2}there is no Pulumi\.yaml in .*\n +→ cd .*pulumi new typescript/,
    ],
    ["another runtime", { yaml: "name: t\nruntime: python\n" }, /FAIL {2}the runtime in .* is python/],
    [
      "a `main` that is missing",
      { yaml: "name: t\nruntime: nodejs\nmain: gone\n" },
      /FAIL {2}.*gone, the `main` of/,
    ],
    [
      "a package that is not installed",
      { packages: { "@pulumi/pulumi": "3.270.0" } },
      /FAIL {2}pulumi-subaccounts is not found from .*\n +→ in .*: npm install/,
    ],
    [
      "a package that does not load",
      { packages: { "@pulumi/pulumi": "3.270.0", "pulumi-subaccounts": "broken" } },
      /FAIL {2}pulumi-subaccounts broken in .* does not load: Cannot find module '\.\/missing'\n +→ .*npm install/,
    ],
    [
      "an old @pulumi/pulumi",
      { packages: { "@pulumi/pulumi": "3.248.0", "pulumi-subaccounts": "0.1.0" } },
      /FAIL {2}@pulumi\/pulumi is 3\.248\.0, and not >=3\.249\.0 <4\n +→ in .*: npm install "@pulumi\/pulumi@/,
    ],
    [
      "no login",
      { stack: "echo 'error: PULUMI_ACCESS_TOKEN must be set' >&2; exit 3" },
      /FAIL.*\n +→ pulumi login/,
    ],
    [
      "a stack that does not exist",
      { stack: "echo \"error: no stack named 'x' found\" >&2; exit 6" },
      /FAIL {2}there is no stack.*\n +→ pulumi stack/,
    ],
    [
      "a wrong passphrase",
      { configFails: "echo 'error: incorrect passphrase' >&2; exit 1" },
      /FAIL {2}the config cannot be decrypted: the passphrase is wrong\n +→ export PULUMI_CONFIG_PASSPHRASE=/,
    ],
  ])("names %s, and what mends it", async (_what, around, message) => {
    const { code, output } = await doctor(["--offline"], { env, ...around });
    expect(output).toMatch(message);
    expect(output).toContain("1 failed");
    expect(code).toBe(1);
  });

  it("goes on with the environment where no stack is selected", async () => {
    const { env } = await vendors();
    const stack = "echo 'error: no stack selected' >&2; exit 1";
    const { code, output } = await doctor([], { env, stack });
    expect(output).toMatch(/note {2}no stack is selected.*\n +→ pulumi stack select/);
    expect(output).toContain("is accepted");
    expect(code).toBe(0);
  });

  it("sends no key of the environment while the config cannot be read, which may name another place", async () => {
    const { emulator, env } = await vendors();
    const { code, output } = await doctor([], {
      env,
      configFails: `echo '${canary}'; echo '${canary}' >&2; exit 1`,
    });
    expect(output).toMatch(/FAIL {2}the config cannot be read/);
    expect(output).not.toContain(canary);
    expect(emulator.requests).toEqual([]);
    expect(code).toBe(1);
  });

  it("asks for the stack that --stack names", async () => {
    const stack = 'case "$*" in *"--stack prod"*) echo prod;; esac';
    expect((await doctor(["--offline", "--stack", "prod"], { stack })).output).toContain("stack prod");
  });
});

describe("a setting that is wrong", () => {
  it.each<[string, Around["config"], RegExp]>([
    [
      "a mistyped config key",
      { "subaccounts:zavuApikey": canary },
      /FAIL {2}Zavu: the config key subaccounts:zavuApikey .*zavuApiKey\?\n +→ pulumi config rm subaccounts:zavuApikey/,
    ],
    [
      "a config key that is no vendor's",
      { "subaccounts:zvuApiKey": canary },
      /FAIL {2}the config key subaccounts:zvuApiKey is no setting.*\n +→ pulumi config rm subaccounts:zvuApiKey/,
    ],
    [
      "a key in the program's own namespace",
      { "tenants:zavuApiKey": canary },
      /FAIL {2}Zavu: .*tenants:zavuApiKey is not read.*\n +→ pulumi config set --secret subaccounts:zavuApiKey <key>/,
    ],
    [
      "a base URL that is none",
      { "subaccounts:zavuApiKey": canary, "subaccounts:zavuBaseUrl": `https://u:${canary}@h` },
      /FAIL {2}Zavu: the base URL from .* carries a user name.*\n +→ pulumi config set subaccounts:zavuBaseUrl <url>/,
    ],
    [
      "connections that are no object",
      { "subaccounts:connections": canary },
      /FAIL {2}.*subaccounts:connections is not an object\n +→ pulumi config rm subaccounts:connections/,
    ],
    [
      "a connection without a vendor",
      { "subaccounts:connections": { eu: { apiKey: canary } } },
      /FAIL {2}.*entry "eu" has no vendor.*\n +→ pulumi config set --path 'subaccounts:connections\.eu\.vendor'/,
    ],
    [
      "a connection of an unknown vendor, which may be a key in the wrong place",
      { "subaccounts:connections": { eu: { vendor: canary, apiKey: "k" } } },
      new RegExp(`FAIL {2}.*entry "eu" has no vendor, or an unknown one; there are ${names}`),
    ],
    [
      "a connection without a key",
      { "subaccounts:connections": { eu: { vendor: "zavu" } } },
      /FAIL {2}.*apiKey must be.*\n +→ pulumi config set --secret --path 'subaccounts:connections\.eu\.apiKey' <key>/,
    ],
    [
      "a connection with an unknown setting",
      { "subaccounts:connections": { eu: { vendor: "zavu", apiKey: canary, baseURL: canary } } },
      /FAIL {2}.*has unknown keys: baseURL\n +→ pulumi config rm --path 'subaccounts:connections\.eu\.baseURL'/,
    ],
  ])("is %s: named with its mend and without its value", async (_what, config, message) => {
    const { code, output } = await doctor(["--offline"], { env, config: config ?? {} });
    expect(output).toMatch(message);
    expect(output).not.toContain(canary);
    expect(output).toContain("1 failed");
    expect(code).toBe(1);
  });

  it("is a missing key, where --vendor asks for that vendor", async () => {
    const { code, output } = await doctor(["--vendor", "zavu"]);
    expect(output).toMatch(/FAIL {2}Zavu: there is no API key.*\n +→ export ZAVUDEV_API_KEY=<key>/);
    expect(output).not.toContain("Bolna");
    expect(code).toBe(1);
  });

  it("is a vendor that does not exist", async () => {
    const { code, output } = await doctor(["--vendor", "zavo"]);
    expect(output).toMatch(new RegExp(`FAIL {2}there is no vendor "zavo"\\n +→ .*${names}`));
    expect(code).toBe(1);
  });
});

describe("keys", () => {
  it("of no vendor at all: named with the variables", async () => {
    const { code, output } = await doctor([]);
    const variables = everyVendor.map(({ env }) => `${env.apiKey}=<key>`).join(", or ");
    expect(output).toMatch(new RegExp(`FAIL {2}there is no key of any vendor\\n +→ export ${variables}`));
    expect(output).toContain("1 failed");
    expect(code).toBe(1);
  });

  it("in the config in clear: named with the command that encrypts them", async () => {
    const { code, output } = await doctor(["--offline"], {
      config: {
        "subaccounts:zavuApiKey": canary,
        "subaccounts:bctrlApiKey": canary,
        "subaccounts:connections": { eu: { vendor: "bolna", apiKey: canary } },
      },
      inClear: ["subaccounts:zavuApiKey", "subaccounts:connections"],
    });
    expect(output).toMatch(
      /FAIL {2}the config key subaccounts:zavuApiKey has a key in clear.*\n.*pulumi config set --secret subaccounts:zavuApiKey <new key>/,
    );
    expect(output).toMatch(
      /FAIL {2}.*entry "eu", has a key in clear.*\n.*set --secret --path 'subaccounts:connections\.eu\.apiKey' <new key>/,
    );
    expect(output).toContain("2 failed");
    expect(output).not.toContain(canary);
    expect(code).toBe(1);
  });

  it("in the config in clear beside one that is encrypted: told by the stack's file", async () => {
    const entry = (name: string, key: string) => `    ${name}:\n      vendor: bolna\n      apiKey: ${key}\n`;
    const { output } = await doctor(["--offline"], {
      config: {
        "subaccounts:connections": {
          eu: { vendor: "bolna", apiKey: canary },
          us: { vendor: "bolna", apiKey: canary },
        },
      },
      stackFile: `config:\n  subaccounts:connections:\n${entry("eu", "{ secure: v1:abc }")}${entry("us", canary)}`,
    });
    expect(output).toMatch(/FAIL {2}.*entry "us", has a key in clear/);
    expect(output).toContain("1 failed");
  });
});

describe("a passphrase that no value of the config needs", () => {
  // Of a stack whose passphrase is "test".
  const stackFile = "encryptionsalt: v1:ycBBHCv6FRs=:v1:+8mDhPS/lq81nekz:O5F1o7aBaBjP5bN39prJNFtRPfeKaQ==\n";
  const look = (more: Record<string, string>) =>
    doctor(["--offline"], { env: { ...env, ...more }, stackFile });

  it("passes where it opens the stack", async () => {
    expect((await look({ PULUMI_CONFIG_PASSPHRASE: "test" })).output).toContain("Nothing failed.");
  });

  it("fails where it does not", async () => {
    const { code, output } = await look({ PULUMI_CONFIG_PASSPHRASE: canary });
    expect(output).toMatch(
      /FAIL {2}the passphrase is wrong.*\n +→ export PULUMI_CONFIG_PASSPHRASE=<the stack's/,
    );
    expect(output).not.toContain(canary);
    expect(code).toBe(1);
  });

  it("is asked for by Pulumi where none is set", async () => {
    const { code, output } = await look({});
    expect(output).toMatch(/note {2}no passphrase is set.*\n +→ export PULUMI_CONFIG_PASSPHRASE=/);
    expect(code).toBe(0);
  });
});

describe("a vendor that does not accept the key", () => {
  it("names where the key came from, and never the key", async () => {
    const { env } = await vendors();
    const { code, output } = await doctor([], {
      env: { ...env, BOLNA_API_KEY: `bn-${canary}` },
      config: { "subaccounts:zavuApiKey": `zv_live_${canary}` },
    });
    expect(output).toMatch(
      /FAIL {2}Zavu could not look up the key: GET \/v1\/me answered 401.*came from the config key subaccounts:zavuApiKey.*\n +→ pulumi config set --secret subaccounts:zavuApiKey <key>/,
    );
    expect(output).toMatch(
      /FAIL {2}Bolna could not.*came from the environment variable BOLNA_API_KEY\n +→ export BOLNA_API_KEY=<key>/,
    );
    expect(output).not.toContain(canary);
    expect(code).toBe(1);
  });

  it("says that it is a sub-account's", async () => {
    const { emulator, env } = await vendors();
    const ofZavu = emulator.zavu.seed().apiKey;
    const ofBolna = emulator.bolna.seed().api_key;
    const { code, output } = await doctor([], {
      env: { ...env, ZAVUDEV_API_KEY: ofZavu, BOLNA_API_KEY: ofBolna },
    });
    expect(output).toMatch(
      /FAIL {2}Zavu: The key belongs to a sub-account.*ZAVUDEV_API_KEY\n +→ export ZAVUDEV_API_KEY/,
    );
    expect(output).toMatch(
      /FAIL {2}Bolna: the API key is the key of a sub-account.*BOLNA_API_KEY\n +→ export BOLNA_API/,
    );
    expect(output).not.toContain(ofZavu);
    expect(output).not.toContain(ofBolna);
    expect(code).toBe(1);
  });

  it("is told from an address where nobody answers", async () => {
    const { env } = await vendors();
    const port = await freePort();
    const { code, output } = await doctor([], {
      env: { ...env, ZAVU_BASE_URL: `http://127.0.0.1:${port}/zavu` },
    });
    expect(output).toMatch(
      new RegExp(
        `FAIL {2}Zavu.*cannot be reached \\(ECONNREFUSED\\).*ZAVU_BASE_URL\\n +→ npx --no-install subaccounts emulate --port ${port}, .*; else export ZAVU_BASE_URL=<url>`,
      ),
    );
    expect(output).toContain("the key from the environment variable BOLNA_API_KEY is accepted");
    expect(code).toBe(1);
  });

  it("is told from an address where somebody else answers, and from a fault of the vendor", async () => {
    const { emulator, env } = await vendors();
    const url = `${emulator.url}/nobody`;
    emulator.fault({ vendor: "bolna", times: 9, fault: { kind: "status", when: "before", status: 503 } });
    const { output } = await doctor([], { env: { ...env, ZAVU_BASE_URL: url } });
    expect(output).toMatch(/FAIL {2}Zavu.*answered 404.*no answer of Zavu.*\n +→ export ZAVU_BASE_URL=<url>/);
    expect(output).toMatch(/FAIL {2}Bolna.*answered 503.*\n +→ run this command again later/);
  });
});

describe("--json", () => {
  it("prints the same report for machines, without a secret", async () => {
    const { env } = await vendors();
    const { code, output } = await doctor(["--json"], {
      env: { ...env, ZAVUDEV_API_KEY: `zv_live_${canary}` },
    });
    const report: DoctorReport = JSON.parse(output);
    expect(report.ok).toBe(false);
    const zavu = report.sections.find(({ title }) => title === "Zavu");
    expect(zavu?.findings.map(({ status, mend }) => [status, mend])).toEqual([
      ["ok", undefined],
      ["fail", "export ZAVUDEV_API_KEY=<key>"],
    ]);
    expect(output).not.toContain(canary);
    expect(code).toBe(1);
  });
});

it("asks for the oldest CLI that the tests run with", () => {
  expect(OLDEST_CLI).toBe(oldestVersion);
});

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === "object" && address !== null ? address.port : 0;
}
