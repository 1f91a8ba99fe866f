import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { argsOf, declare, idsIn, outcomeOf } from "../support/customers";
import { Stack } from "../support/stack";
import { handleOf, inWords, limitPath, subjectOf } from "../vendors/index.mts";

type Vendor = "bctrl" | "bolna";
/** Vendors of which a limit that a reply leaves out is not "no limit", and the member that is left out. */
const LEFT_OUT = { bctrl: "limits", bolna: "allow_concurrent_calls" } as const;
const CASES = Object.entries(LEFT_OUT) as [Vendor, string][];

let stack: Stack;
beforeEach(async () => {
  stack = await Stack.open();
});
afterEach(() => stack.close());

/** Makes the replies to GET of a path leave a member of accounts out. */
async function leaveOut(vendor: Vendor, path: string, times = Number.POSITIVE_INFINITY): Promise<void> {
  const { apiKey, url } = stack.emulator[vendor];
  const member: string = LEFT_OUT[vendor];
  const reply = await fetch(`${url}${path}`, { headers: { authorization: `Bearer ${apiKey}` } });
  const body = JSON.parse(await reply.text(), (key, value) => (key === member ? undefined : value));
  stack.emulator.fault({
    vendor,
    method: "GET",
    path,
    times,
    fault: { kind: "status", when: "before", status: 200, body },
  });
  stack.emulator.clearRequests();
}

const listOf = (vendor: Vendor) => subjectOf(vendor).paths.list;
const up = (vendor: Vendor, more: object) =>
  stack.up(`${vendor}.SubAccount`, argsOf(vendor, "Acme", { ...more }));
const refresh = (vendor: Vendor) => stack.refresh(`${vendor}.SubAccount`);
const limit = (vendor: Vendor, value: number) => subjectOf(vendor).limit(value);

describe("a declared limit that a vendor's reply leaves out", () => {
  it.each(CASES)("(%s) stays in the state, is no drift, and is named", async (vendor) => {
    await up(vendor, limit(vendor, 5));
    await leaveOut(vendor, listOf(vendor));
    if (vendor === "bctrl") await leaveOut(vendor, `/v1/subaccounts/${idsIn(stack)[0]}`);
    expect(await refresh(vendor)).toBe("same");
    expect(stack.printed.join("\n")).toContain(`does not show ${limitPath(vendor)} of the sub-account`);
    expect(await up(vendor, limit(vendor, 5))).toBe("same");
  });

  it("(bctrl) in its list alone is read by itself, with its drift", async () => {
    await up("bctrl", limit("bctrl", 5));
    await leaveOut("bctrl", listOf("bctrl"));
    expect(await refresh("bctrl")).toBe("same");
    handleOf(stack.emulator, "bctrl").change(idsIn(stack)[0] ?? "", inWords("bctrl", limit("bctrl", 9)));
    expect(await refresh("bctrl")).toBe("changed");
    expect(stack.printed.join("\n")).not.toContain("does not show");
  });

  it.each(CASES)("(%s) fails the update of it, which is sent again by the next one", async (vendor) => {
    await up(vendor, limit(vendor, 5));
    stack.pass(60_000);
    await leaveOut(vendor, listOf(vendor));
    const path = vendor === "bctrl" ? `/v1/subaccounts/${idsIn(stack)[0]}` : undefined;
    if (path !== undefined) await leaveOut(vendor, path);
    if (path !== undefined) stack.emulator.bctrl.switches.clampMonthlyCreditLimit = 6;
    expect(await outcomeOf(up(vendor, limit(vendor, 7)))).toMatch(
      /asked 7, and the vendor's reply does not show it/,
    );
    stack.emulator.clearFaults();
    stack.emulator.bctrl.switches.clampMonthlyCreditLimit = undefined;
    expect(await up(vendor, limit(vendor, 7))).toBe("update");
    expect(handleOf(stack.emulator, vendor).accounts()).toMatchObject([inWords(vendor, limit(vendor, 7))]);
  });

  it("(bctrl) is not proven to be none where null is declared", async () => {
    await up("bctrl", limit("bctrl", 5));
    await leaveOut("bctrl", `/v1/subaccounts/${idsIn(stack)[0]}`);
    stack.emulator.fault({
      vendor: "bctrl",
      method: "PATCH",
      fault: { kind: "status", when: "after", status: 200, body: withoutLimits() },
    });
    const none = { limits: { monthlyCreditLimit: null } };
    expect(await outcomeOf(up("bctrl", none))).toMatch(
      /asked no limit \(null\), and the vendor's reply does not show it/,
    );
  });

  function withoutLimits(): object {
    const { limits: _, ...account } = stack.emulator.bctrl.accounts()[0] ?? {};
    return account;
  }
});

describe("a Bolna list that says different things of one account", () => {
  it("fails the refresh of that one, and of no other", async () => {
    await stack.upAll([declare("bolna", "Acme"), declare("bolna", "Beta")]);
    stack.pass(60_000);
    const [acme, ...others] = stack.emulator.bolna.accounts();
    const shown = ({ created_at: _, ...account }: object & { created_at?: unknown }) => account;
    const twice = { ...acme, allow_concurrent_calls: 99 };
    const body = [acme, twice, ...others].map((each) => shown(each ?? {}));
    const fault = { kind: "status", when: "before", status: 200, body } as const;
    stack.emulator.fault({ vendor: "bolna", method: "GET", path: "/sub-accounts/all", times: 9, fault });
    const refresh = (name: string) => outcomeOf(stack.refresh("bolna.SubAccount", name));
    expect(await refresh("acme")).toMatch(/not proven: .*says different things of/);
    expect(await refresh("beta")).toBe("done");
    expect(idsIn(stack)).toHaveLength(2);
    expect(await outcomeOf(stack.up("bolna.SubAccount", argsOf("bolna", "Gamma")))).toMatch(
      /incomplete|different things/,
    );
  });
});
