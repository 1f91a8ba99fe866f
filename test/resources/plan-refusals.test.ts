import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Stack } from "../support/stack";

const CREATE = { bctrl: "POST /v1/subaccounts", zavu: "POST /v1/sub-accounts" };

/** Refusals by a plan, by credits or by a team's verification: no text about the kind of key helps there. */
describe("what a plan does not cover", () => {
  let stack: Stack;
  beforeEach(async () => {
    stack = await Stack.open();
  });
  afterEach(() => stack.close());

  const refusalOf = async (step: Promise<unknown>): Promise<string> => {
    const error = await step.catch((reason: unknown) => reason);
    if (!(error instanceof Error)) throw new Error("nothing was refused");
    expect(error.message).not.toMatch(/parent \(main\) project|is one of the organization|key came from/);
    expect(error.message.length).toBeLessThan(400);
    return error.message;
  };

  it.each([
    ["billing.insufficient_credits", 402, "too few credits for this: buy some or wait for the next"],
    ["billing.insufficient_purchased_credits", 402, "takes purchased credits, of which the organization has"],
    [
      "capability.limit_exceeded",
      402,
      "has as many as its plan allows: end what is not needed or raise the plan",
    ],
    ["capability.not_available", 403, "plan does not include this: choose one that does, or ask bctrl"],
    ["subaccounts.workspace_scoping_denied", 403, "does not let this organization scope work"],
  ] as const)("at bctrl is said by its code, and made once it is covered: %s", async (code, status, text) => {
    const { switches } = stack.emulator.bctrl;
    switches.refuses = { [CREATE.bctrl]: code };
    const message = await refusalOf(stack.up("bctrl.SubAccount", { name: "Acme" }));
    expect(message).toContain(`POST /v1/subaccounts answered ${status} ${code} `);
    expect(message).toContain(text);
    expect(message).toContain('bctrl says: "Look at the plan and its credits."');
    expect([stack.resources.size, stack.writes().length]).toEqual([0, 1]);
    switches.refuses = {};
    await stack.up("bctrl.SubAccount", { name: "Acme" });
    expect(stack.emulator.bctrl.accounts()).toHaveLength(1);
  });

  it("at bctrl is said in v1 too, whose errors are flat", async () => {
    stack.env["BCTRL_API_VERSION"] = "v1";
    stack.emulator.bctrl.switches.refuses = { [CREATE.bctrl]: "capability.not_available" };
    expect(await refusalOf(stack.up("bctrl.SubAccount", { name: "Acme" }))).toMatch(
      /answered 403 capability\.not_available .*plan does not include this/,
    );
  });

  it.each([
    ["capability.limit_exceeded", "as many as its plan allows"],
    ["api_key.scopes_unsupported", "refuses the scopes of the key, and the provider asks for none"],
  ] as const)("at bctrl is said of a key, and the account stays: %s", async (code, text) => {
    await stack.up("bctrl.SubAccount", { name: "Acme" });
    const { id: subAccountId } = stack.resource("bctrl.SubAccount");
    stack.emulator.bctrl.switches.refuses = { "POST /v1/api-keys": code };
    const message = await refusalOf(stack.up("bctrl.ApiKey", { subAccountId, name: "backend" }));
    expect(message).toContain(text);
    expect(stack.emulator.bctrl.keys()).toEqual([]);
    expect(await stack.refresh("bctrl.SubAccount")).toBe("same");
  });

  it("at bctrl has a text for codes that are not known yet", async () => {
    const body = { error: { code: "capability.suspended", message: "Suspended" } };
    stack.emulator.fault({ method: "POST", fault: { kind: "status", when: "before", status: 403, body } });
    expect(await refusalOf(stack.up("bctrl.SubAccount", { name: "Acme" }))).toContain(
      "plan or its credits do not cover this: look at its billing at bctrl",
    );
  });

  it.each([
    ["insufficient_balance", 402, "balance does not cover this: add to it under Billing"],
    ["paid_plan_required", 402, "plan does not include this: choose a paid one under Billing"],
    [
      "kyc_required",
      403,
      "is not verified: verify an identity, add a payment method or a deposit, or choose",
    ],
    ["kyb_required", 403, "business is not verified (KYB): verify it"],
  ] as const)("at Zavu is said by its code, without a call about the key: %s", async (code, status, text) => {
    const { switches } = stack.emulator.zavu;
    switches.refuses = { [CREATE.zavu]: code };
    const message = await refusalOf(stack.up("zavu.SubAccount", { name: "Acme" }));
    expect(message).toContain(`POST /v1/sub-accounts answered ${status} ${code} `);
    expect(message).toContain(text);
    // Whose the key is was asked before the create alone.
    expect(stack.emulator.requests.at(-1)?.method).toBe("POST");
    switches.refuses = {};
    await stack.up("zavu.SubAccount", { name: "Acme" });
    expect(stack.emulator.zavu.accounts()).toHaveLength(1);
  });

  it.each([
    [402, "The team's plan or balance does not cover this: look under Billing"],
    [403, "so it is the team that may not do this: look at its plan and verification"],
  ])("at Zavu has a text for codes of %i that are not known yet", async (status, text) => {
    const body = { code: "plan_paused", message: "Paused" };
    stack.emulator.fault({
      vendor: "zavu",
      method: "POST",
      fault: { kind: "status", when: "before", status, body },
    });
    const step = stack.up("zavu.SubAccount", { name: "Acme" });
    await expect(step).rejects.toThrow(text);
  });
});

describe("a bctrl archive", () => {
  const TYPE = "bctrl.SubAccount";
  let stack: Stack;
  beforeEach(async () => {
    stack = await Stack.open();
    await stack.up(TYPE, { name: "Acme" });
  });
  afterEach(() => stack.close());

  const archive = { vendor: "bctrl", method: "POST", path: "/v1/subaccounts/{id}/archive" } as const;
  const status = () => stack.emulator.bctrl.accounts()[0]?.status;

  it.each([
    ["is done where the account shows it", "after", undefined, "archived"],
    ["fails where the account does not show it", "before", /POST \S+ answered 409/, "active"],
  ] as const)("that is answered 409, which bctrl does not document, %s", async (_what, when, error, then) => {
    stack.emulator.fault({ ...archive, fault: { kind: "status", when, status: 409 } });
    const step = stack.destroy(TYPE);
    await (error === undefined ? step : expect(step).rejects.toThrow(error));
    expect([status(), stack.resources.size]).toEqual([then, error === undefined ? 0 : 1]);
  });

  it("is sent again while keys of the account could not be revoked, and says so in the end", async () => {
    stack.emulator.bctrl.switches.refuses = {
      "POST /v1/subaccounts/{id}/archive": "api_key.child_revoke_failed",
    };
    await expect(stack.destroy(TYPE)).rejects.toThrow(
      /500 api_key\.child_revoke_failed .*A key below this one could not be revoked, so some may still work/,
    );
    stack.emulator.bctrl.switches.refuses = {};
    await stack.destroy(TYPE);
    expect(status()).toBe("archived");
  });
});
