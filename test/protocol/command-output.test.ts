import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { text } from "node:stream/consumers";
import { startEmulator } from "pulumi-subaccounts/emulator";
import { describe, expect, it, onTestFinished } from "vitest";
import { environmentOf } from "../support/environment.mts";

const command = resolve(__dirname, "../../dist/cli/main.js");
const KEY = "zv_live_0123456789abcdef0123456789abcdef";

/** Runs the built command by a shell, where `$0` is Node and `$1` the command. */
async function sh(script: string, env: Record<string, string> = {}, folder = tmpdir()) {
  const child = spawn("sh", ["-c", script, process.execPath, command], {
    cwd: folder,
    env: { PATH: process.env["PATH"], ...env },
  });
  const [output, errors, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, "exit"),
  ]);
  return { output, errors, code };
}

describe("a command whose standard output cannot be written", () => {
  it("says so in one line, and exits with 1, on a full disk", async () => {
    const { errors, code } = await sh('"$0" "$1" fleet id --json > /dev/full');
    expect(errors).toBe("error: standard output cannot be written (ENOSPC), so the output is not complete\n");
    expect(code).toBe(1);
  });

  it("says so in one line, and exits with 1, where no one reads on", async () => {
    const child = spawn(process.execPath, [command, "fleet", "id"], { stdio: ["ignore", "pipe", "pipe"] });
    // Closed before the command has started.
    child.stdout.destroy();
    const [errors, [code]] = await Promise.all([text(child.stderr), once(child, "exit")]);
    expect(errors).toBe("error: standard output cannot be written (EPIPE), so the output is not complete\n");
    expect(code).toBe(1);
  });

  it("ends what it made at a vendor all the same", async () => {
    const emulator = await startEmulator();
    onTestFinished(() => emulator.close());
    const args = "conform --vendor bolna --yes-create-scratch-accounts";
    const { code } = await sh(`"$0" "$1" ${args} > /dev/full`, environmentOf(emulator));
    expect(code).toBe(1);
    expect(emulator.requests.some(({ method }) => method === "POST")).toBe(true);
    expect(emulator.bolna.accounts()).toEqual([]);
  });
});

describe("an error that no command foresees", () => {
  const env = {
    ZAVUDEV_API_KEY: KEY,
    NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(
      `import crypto from "node:crypto"; crypto.randomUUID = () => { throw new TypeError("broken by ${KEY}\\nand more"); };`,
    )}`,
  };

  it("is one line that holds no key and says how to get the stack", async () => {
    const { errors, code } = await sh('"$0" "$1" fleet id', env);
    expect(errors).toMatch(
      /^error: broken by \[secret\] and more\. This is a defect of subaccounts: run it again with SUBACCOUNTS_DEBUG=1[^\n]*\n$/,
    );
    expect(code).toBe(1);
  });

  it("has its stack, and no key, with SUBACCOUNTS_DEBUG=1", async () => {
    const { errors } = await sh('"$0" "$1" fleet id', { ...env, SUBACCOUNTS_DEBUG: "1" });
    expect(errors).toMatch(/^error: TypeError: broken by \[secret\][\s\S]*\n +at /);
    expect(errors).not.toContain(KEY.slice(8, 20));
  });
});

it("a command in a folder that is gone says so in one line", async () => {
  const folder = mkdtempSync(join(tmpdir(), "subaccounts-gone-"));
  const { errors, code } = await sh('rmdir "$PWD"; "$0" "$1" list', {}, folder);
  expect(errors).toBe(
    "error: the folder that this was called in is not there any more: change to another one\n",
  );
  expect(code).toBe(1);
});

describe("a file that a command cannot write to its end", () => {
  const report = async (more: string, limit = "ulimit -f 4; ") => {
    const emulator = await startEmulator();
    const folder = mkdtempSync(join(tmpdir(), "subaccounts-output-"));
    onTestFinished(async () => {
      rmSync(folder, { recursive: true, force: true });
      await emulator.close();
    });
    const state = {
      version: 3,
      deployment: {
        resources: [{ type: "pulumi:pulumi:Stack", urn: "urn:pulumi:prod::t::pulumi:pulumi:Stack::t" }],
      },
    };
    writeFileSync(join(folder, "state.json"), JSON.stringify(state));
    writeFileSync(join(folder, "page.html"), "last week's");
    symlinkSync("page.html", join(folder, "link.html"));
    const ended = await sh(
      `${limit}"$0" "$1" report --state state.json ${more}`,
      environmentOf(emulator),
      folder,
    );
    return {
      ...ended,
      files: readdirSync(folder).sort(),
      page: readFileSync(join(folder, "page.html"), "utf8"),
    };
  };

  it("is as it was, beside nothing that is half written", async () => {
    const { errors, code, files, page } = await report("--out page.html");
    expect(errors).toMatch(
      /^error: \S+page\.html cannot be written \(EFBIG\): name a file in a folder[^\n]*\n$/,
    );
    expect(code).toBe(1);
    expect(page).toBe("last week's");
    expect(files).toEqual(["link.html", "page.html", "state.json"]);
  });

  it("is not there, if it was not", async () => {
    const { code, files } = await report("--out new.html");
    expect(code).toBe(1);
    expect(files).toEqual(["link.html", "page.html", "state.json"]);
  });

  it("is written behind a link, which stays one, where it can be", async () => {
    const { code, page, files } = await report("--out link.html", "");
    expect(code).toBe(0);
    expect(page).toContain("<!doctype html>");
    expect(files).toEqual(["link.html", "page.html", "state.json"]);
  });
});
