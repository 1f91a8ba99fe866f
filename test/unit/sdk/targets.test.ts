import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type * as sdk from "../../../sdk";
import { settled } from "../../../sdk/core/pulumi-internals";

// The built package: a tenant loads its description by require.
const { directory, Tenant, writeDirectory, zavu }: typeof sdk =
  createRequire(__filename)("../../../dist/sdk");

const MARK = pulumi.runtime.unknownValue;
/** What engines answer for a resource that an `up` leaves out, newer and older ones. */
const LEFT_OUT = ["", MARK];

/** An `up` whose engine leaves out the resources of this name. */
async function upWithout(name: string, id: string): Promise<void> {
  await pulumi.runtime.setMocks({
    call: () => ({}),
    newResource: (made) =>
      made.name === name
        ? { id, state: {} }
        : { id: `id-of-${made.name}`, state: { ...made.inputs, apiKey: "key" } },
  });
}

describe("an up that leaves out a new tenant beside its targets", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "subaccounts-directory-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));
  const tenants = () =>
    ["t1", "t2"].map((name) => new Tenant(name, { externalId: name, name, vendors: { zavu: {} } }));
  const knownOf = <T>(output: pulumi.Output<T>) =>
    new Promise<T>((resolve) => output.apply((value) => resolve(value as T)));

  it.each(LEFT_OUT)("has no entry for it, and never Pulumi's mark: id %j", async (id) => {
    await upWithout("t2", id);
    const { accounts } = directory(tenants());
    expect(await knownOf(pulumi.output(accounts))).toEqual({ t1: { zavu: "id-of-t1" }, t2: {} });
    const file = join(folder, "deep/directory.json");
    writeDirectory(file, accounts);
    await expect.poll(() => read(file)).toEqual({ t1: { zavu: "id-of-t1" } });
  });

  it("asks no vendor for what is not known", async () => {
    await upWithout("t2", MARK);
    await expect(zavu.getSubAccount({ id: MARK })).rejects.toThrow(
      /id is not known in this run: .* none of its targets \(--target\)\. Nothing was sent/,
    );
  });

  it("keeps secrecy where it leaves out", async () => {
    await upWithout("t2", "");
    for (const hidden of [pulumi.secret(MARK), pulumi.secret("key")]) {
      expect(await pulumi.isSecret(settled(hidden))).toBe(true);
    }
    expect(await knownOf(settled(pulumi.output("key")))).toBe("key");
  });
});

it("writeDirectory says what belongs in it", () => {
  expect(() => writeDirectory("x.json", undefined as never)).toThrow(
    "writeDirectory: the second argument is directory(…).accounts; got undefined",
  );
});

function read(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return undefined;
  }
}
