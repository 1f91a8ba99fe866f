import * as pulumi from "@pulumi/pulumi";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ProgramError } from "../../../sdk/core/program-error";
import { type Ended, recoverEnded } from "../../../sdk/tenant/remaining";
import * as tenants from "../../../tenant/description";

const FLEET = "1f0c9a1e-8f53-4d0a-9d0b-8e4d8c6f7a21";
const { found, asked, config } = vi.hoisted(() => ({
  asked: [] as unknown[],
  found: [] as { id: string; owner?: string; fleet?: string }[],
  config: { owner: undefined as string | undefined, problem: undefined as string | undefined },
}));
vi.mock("../../../sdk/core/lookup", () => ({
  remainingAccounts: async (...sought: unknown[]) => {
    asked.push(sought);
    if (config.problem !== undefined) throw new ProgramError(config.problem);
    return found;
  },
}));
vi.mock("../../../sdk/core/owner", () => ({ ownerId: async () => config.owner }));
vi.mock("../../../sdk/tenant/description", () => ({ description: () => tenants }));

let said: string[];
beforeEach(() => {
  said = [];
  for (const severity of ["warn", "error"] as const) {
    vi.spyOn(pulumi.log, severity).mockImplementation(async (text) => void said.push(`${severity}: ${text}`));
  }
  pulumi.runtime.setAllConfig({ "subaccounts:fleet": FLEET });
});
afterEach(() => {
  found.length = 0;
  asked.length = 0;
  config.owner = undefined;
  config.problem = undefined;
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

/** Looks for the account of a tenant whose `deleteAfter` is over. @returns what is declared once more */
async function recovered(vendor: Ended["vendor"], args: Ended["args"]): Promise<Ended["args"] | undefined> {
  const ended = { tenant: {} as pulumi.Resource, what: "Tenant: deleteAfter is over", vendor, args };
  let declared: Ended["args"] | undefined;
  await recoverEnded({ ...ended, keys: ["default", "reports"] }, (again) => {
    declared = again;
    return pulumi.output(undefined);
  });
  return declared;
}

describe("an account of a tenant after deleteAfter, in a run that recovers", () => {
  beforeEach(() => {
    found.push({ id: "jx7", owner: "lost", fleet: FLEET });
    vi.stubEnv("SUBACCOUNTS_RECOVER", FLEET);
  });

  it("is declared once more, with the names of its keys where it is to be retained", async () => {
    const name = "Acme";
    expect(await recovered("zavu", { name })).toEqual({ name, adopt: "jx7" });
    expect(said.splice(0)).toEqual([expect.stringMatching(/the next `pulumi up`, .*, deletes it$/)]);
    for (const deletionPolicy of ["retain", pulumi.output("retain")]) {
      const declared = { name, adopt: "jx7", deletionPolicy, __endedKeys: ["default", "reports"] };
      expect(await recovered("zavu", { name, deletionPolicy })).toEqual(declared);
      expect(said.splice(0)).toEqual([
        expect.stringMatching(/, takes it out of the state and leaves it there$/),
      ]);
    }
  });
});

describe("a look for an account of a tenant after deleteAfter", () => {
  it("asks in a run that recovers for a sign of the fleet, where markers have one", async () => {
    const args = { name: "Acme", adopt: "jx7" };
    await recovered("zavu", args);
    vi.stubEnv("SUBACCOUNTS_RECOVER", FLEET);
    for (const vendor of ["zavu", "bolna"] as const) await recovered(vendor, args);
    expect(asked).toEqual([
      ["zavu", { id: "jx7" }],
      ["zavu", { id: "jx7", fleet: FLEET }],
      ["bolna", { id: "jx7" }],
    ]);
  });

  it("that cannot tell fails, and names the tenant", async () => {
    config.problem = "Zavu shows nothing";
    vi.stubEnv("SUBACCOUNTS_RECOVER", FLEET);
    await expect(recovered("zavu", { name: "Acme" })).rejects.toThrow(
      /^Tenant: deleteAfter is over, and whether its Zavu sub-account is still there cannot be told: Zavu shows nothing$/,
    );
    expect(said).toEqual([expect.stringMatching(/^error: Tenant: .* Zavu shows nothing$/)]);
  });
});

describe("an account of this stack and of a tenant after deleteAfter, with an adopt line", () => {
  beforeEach(() => {
    found.push({ id: "jx7", owner: "owner" });
    config.owner = "owner";
  });

  it.each([undefined, "deactivate"])(
    "is warned of by each run, since the state may have had another deletionPolicy than %s",
    async (deletionPolicy) => {
      expect(await recovered("zavu", { name: "Acme", adopt: "jx7", deletionPolicy })).toBeUndefined();
      expect(said).toEqual([
        expect.stringMatching(
          /^warn: .* Zavu sub-account jx7 is still there\. `up` deletes it if the state has it, with a deletionPolicy that is not retain/,
        ),
      ]);
    },
  );

  it("is told of by its tenant alone where it is retained", async () => {
    await recovered("zavu", { name: "Acme", adopt: "jx7", deletionPolicy: pulumi.output("retain") });
    expect(said).toEqual([]);
  });
});

describe("an account at Bolna of a tenant after deleteAfter, with an adopt line", () => {
  beforeEach(() => {
    found.push({ id: "b1" });
    config.owner = "owner";
  });

  it("is warned of where `up` would delete it, since whether the state has it cannot be told", async () => {
    expect(await recovered("bolna", { name: "Acme", adopt: "b1", deletionPolicy: "delete" })).toBeUndefined();
    expect(said).toEqual([
      expect.stringMatching(/^warn: .* Bolna sub-account b1 is still there\. `up` deletes it if the state/),
    ]);
  });

  it("is left alone where it is retained", async () => {
    await recovered("bolna", { name: "Acme", adopt: "b1", deletionPolicy: "retain" });
    expect(said).toEqual([]);
  });

  it("fails a new stack, which has it in no state", async () => {
    config.owner = undefined;
    await expect(recovered("bolna", { name: "Acme", adopt: "b1" })).rejects.toThrow(/not in this state/);
  });
});
