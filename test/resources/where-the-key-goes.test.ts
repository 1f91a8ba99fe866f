import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { argsOf, declare, outcomeOf } from "../support/customers";
import { Stack } from "../support/stack";

let stack: Stack;
beforeEach(async () => {
  stack = await Stack.open();
});
afterEach(() => stack.close());

const TYPE = "zavu.SubAccount";
const acme = () => argsOf("zavu", "Acme");

describe("a base URL of the stack's config with a key of the environment", () => {
  const names = ["Acme", "Beta", "Gamma"];
  const cautions = () => stack.printed.filter((text) => text.startsWith("Zavu: the base URL comes from"));

  it("is warned of once in a run, however many accounts there are, in a preview too", async () => {
    stack.config["subaccounts:zavuBaseUrl"] = stack.emulator.zavu.url;
    const program = names.map((name) => declare("zavu", name));
    await stack.previewAll(program);
    expect(cautions()).toHaveLength(1);
    await stack.upAll(program);
    expect(cautions()).toHaveLength(2);
    expect(cautions()[0]).toMatch(
      /the key from the environment variable ZAVUDEV_API_KEY: .*Set ZAVU_BASE_URL/,
    );
  });

  it("is no matter where the config has the key as well", async () => {
    stack.config["subaccounts:zavuBaseUrl"] = stack.emulator.zavu.url;
    stack.config["subaccounts:zavuApiKey"] = stack.emulator.zavu.apiKey;
    await stack.up(TYPE, acme());
    expect(cautions()).toEqual([]);
  });
});

describe("a base URL or key as it is copied from a file", () => {
  it("may have blanks and line breaks at its ends", async () => {
    stack.env["ZAVU_BASE_URL"] = ` ${stack.emulator.zavu.url}/v1 \n`;
    stack.env["ZAVUDEV_API_KEY"] = `${stack.emulator.zavu.apiKey}\r\n`;
    expect(await stack.up(TYPE, acme())).toBe("create");
  });

  it.each(["ZAVU_BASE_URL", "ZAVUDEV_API_KEY"])(
    "may have no quotes (%s): preview, refresh and destroy fail, and the state keeps the account",
    async (variable) => {
      await stack.up(TYPE, acme());
      stack.pass(60_000);
      stack.emulator.clearRequests();
      stack.env[variable] = `"${stack.env[variable]}"`;
      const quoted = /as copied from a \.env file; take the quotes out/;
      expect(await outcomeOf(stack.preview(TYPE, acme()))).toMatch(quoted);
      expect(await outcomeOf(stack.refreshAll())).toMatch(quoted);
      expect(await outcomeOf(stack.upAll([]))).toMatch(quoted);
      expect(stack.resources.size).toBe(1);
      expect(stack.emulator.requests).toEqual([]);
    },
  );
});

it("a refused key that is not like those of its vendor is said to be another vendor's, perhaps", async () => {
  const { env, emulator } = stack;
  env["ZAVUDEV_API_KEY"] = emulator.bctrl.apiKey;
  await expect(stack.up(TYPE, acme())).rejects.toThrow(
    /answered 401 .*It does not look like a key of Zavu: it may be another vendor's\. The key came from/,
  );
  env["ZAVUDEV_API_KEY"] = "zv_live_0a1b2c3d4e5f6a7b";
  await expect(stack.up(TYPE, acme())).rejects.toThrow(/mistyped or revoked\. The key came from/);
});
