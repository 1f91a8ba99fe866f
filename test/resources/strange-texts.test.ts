import { afterEach, describe, expect, it } from "vitest";
import { argsOf, MARKING, outcomeOf } from "../support/customers";
import { Stack } from "../support/stack";
import { handleOf } from "../vendors/index.mts";

// A line of its own for a CI system, an escape for a terminal, and two characters that nobody sees.
const STRANGE = "evil\n::stop-commands::x\r\u001b[2J\u202e\u200b";
const LINE = "evil ::stop-commands::x \u{fffd}[2J\u{fffd}\u{fffd}";
const UNSEEN = /[\p{Cc}\p{Cf}]/u;

let stack: Stack;
afterEach(() => stack.close());

describe("a text of a vendor is shown as one line of printable characters", () => {
  it("in an error and in the debug log, at most 300 of them", async () => {
    stack = await Stack.open();
    stack.env["SUBACCOUNTS_DEBUG"] = "1";
    const message = `not valid${STRANGE} ${"name ".repeat(200)}`;
    stack.emulator.fault({
      times: 9,
      fault: {
        kind: "status",
        when: "before",
        status: 400,
        body: { code: STRANGE, message },
        headers: { "x-request-id": `r\u009b${"1".repeat(400)}` },
      },
    });
    const error = await outcomeOf(stack.up("zavu.SubAccount", argsOf("zavu", "Acme")));
    expect(error).toMatch(/answered 400 "not … name name (?:name )+.*…"\. Correct/);
    expect(error.length).toBeLessThan(500);
    expect(error).not.toMatch(UNSEEN);
    const [logged] = stack.printed.filter((line) => line.startsWith("{"));
    expect(JSON.parse(logged ?? "{}")).toMatchObject({ status: 400 });
    expect(stack.printed.join("")).not.toMatch(/1{9}/);
    expect(stack.printed.join("")).not.toMatch(UNSEEN);
  });

  it.each(MARKING)("in a refusal that names another's marker (%s)", async (vendor) => {
    stack = await Stack.open();
    const metadata = {
      "pulumi-subaccounts": { v: 1, owner: "o", urn: `urn:pulumi:${STRANGE}::a`, nonce: "n" },
    };
    stack.emulator[vendor].seed({ name: "Acme", externalId: "tenant-acme", metadata });
    const error = await outcomeOf(stack.up(`${vendor}.SubAccount`, argsOf(vendor, "Acme")));
    expect(error).toContain(`it belongs to urn:pulumi:${LINE}::a of another stack or state`);
    expect(error).not.toMatch(UNSEEN);
  });

  it.each(MARKING)("in a warning that names a status (%s)", async (vendor) => {
    stack = await Stack.open();
    await stack.up(`${vendor}.SubAccount`, argsOf(vendor, "Acme"));
    const { id } = stack.resource(`${vendor}.SubAccount`);
    handleOf(stack.emulator, vendor).change(id, { status: STRANGE });
    await stack.refreshAll();
    expect(stack.printed.join("|")).toContain(`the status "${LINE}", which is not documented`);
    expect(stack.printed.join("")).not.toMatch(UNSEEN);
  });
});
