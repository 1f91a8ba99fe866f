import { execFile } from "node:child_process";
import { rmSync } from "node:fs";
import { setTimeout } from "node:timers/promises";
import { promisify } from "node:util";
import {
  ConcurrentUpdateError,
  LocalWorkspace,
  type LocalWorkspaceOptions,
  type Stack,
} from "@pulumi/pulumi/automation/index.js";
import { Tenant, type Tiers } from "pulumi-subaccounts";

/** A customer, as the back end's own database has it. */
export interface Customer {
  /** Also the name of the customer's stack. It never changes. */
  readonly id: string;
  readonly name: string;
  readonly tier: string;
}

/** The customer's account at each vendor. */
export type Accounts = Readonly<Record<string, string>>;

const PROJECT = "saas";

const execute = promisify(execFile);

const tiers: Tiers = {
  trial: {
    zavu: { creditLimit: 5_00 }, // cents
    bctrl: { limits: { maxActiveRuns: 1, monthlyCreditLimit: 5_000 } }, // credits of USD 0.001
  },
  gold: { zavu: { creditLimit: 50_00 }, bctrl: { limits: { maxActiveRuns: 5, monthlyCreditLimit: 50_000 } } },
};

const options: LocalWorkspaceOptions = {
  // Pulumi starts the provider in the folder `main`, and looks there for `node_modules`. Without it that is the working
  // directory of this process, whatever that is.
  projectSettings: { name: PROJECT, runtime: "nodejs", main: import.meta.dirname },
};

/**
 * The program of one customer's stack. It declares this customer and knows of no other, so no request can end another's
 * accounts. They are protected: a run that leaves one out is refused.
 */
const programOf =
  ({ id, name, tier }: Customer) =>
  async () => {
    const vendors = { zavu: {}, bctrl: {} };
    const tenant = new Tenant(id, { externalId: id, name, tier, tiers, vendors }, { protect: true });
    return { accounts: tenant.accounts, apiKeys: tenant.apiKeys };
  };

/**
 * Makes a customer's accounts and keys, or brings them to what the customer is to have now. Safe to repeat: after an error,
 * a lost answer or a killed process the same call goes on where the one before ended.
 *
 * @param deliver stores the keys for the application. It gets the same ones again when the call is repeated.
 */
export async function createTenant(
  customer: Customer,
  deliver: (apiKeys: Readonly<Record<string, string>>) => Promise<void>,
): Promise<Accounts> {
  if (!/^[a-z0-9][a-z0-9-]{0,62}$/.test(customer.id) || !Object.hasOwn(tiers, customer.tier)) {
    throw new Error(`a customer has an id of a-z, 0-9 and -, and a tier of ${Object.keys(tiers).join(", ")}`);
  }
  const args = { projectName: PROJECT, stackName: customer.id, program: programOf(customer) };
  return withStack(await LocalWorkspace.createOrSelectStack(args, options), async (stack) => {
    await stack.setAllConfig({
      // Every customer's first run creates: it must not do so with another organization's key.
      "subaccounts:allowedOrganizations": { value: need("ALLOWED_ORGANIZATIONS") },
    });
    const { outputs } = await whenFree(() => stack.up());
    await deliver(outputs["apiKeys"]?.value);
    return outputs["accounts"]?.value;
  });
}

/** Ends a customer's accounts, each by its `deletionPolicy`, and revokes the keys. @throws StackNotFoundError */
export async function removeTenant(id: string): Promise<void> {
  await withStack(await existing(id), async (stack) => {
    const { pulumiCommand, workDir: cwd } = stack.workspace;
    await execute(pulumiCommand.command, ["state", "unprotect", "--all", "--yes", "--stack", id], { cwd });
    await whenFree(() => stack.destroy({ remove: true }));
  });
}

/**
 * Releases the lock that a killed run left on a customer's stack. Only when no run is under way; the next call for the
 * customer finds what the killed one made. @throws StackNotFoundError
 */
export async function unlockTenant(id: string): Promise<void> {
  await withStack(await existing(id), (stack) => stack.cancel());
}

/** The customers that have a stack. */
export async function listTenants(): Promise<string[]> {
  const workspace = await LocalWorkspace.create(options);
  try {
    return (await workspace.listStacks()).map(({ name }) => name);
  } finally {
    rmSync(workspace.workDir, { recursive: true, force: true });
  }
}

function existing(stackName: string): Promise<Stack> {
  return LocalWorkspace.selectStack({ projectName: PROJECT, stackName, program: async () => {} }, options);
}

/** Works with a stack, then removes the folder of its workspace: what must last is in the backend. */
async function withStack<Result>(stack: Stack, work: (stack: Stack) => Promise<Result>): Promise<Result> {
  try {
    return await work(stack);
  } finally {
    rmSync(stack.workspace.workDir, { recursive: true, force: true });
  }
}

/** Waits while another run has the customer's stack. */
async function whenFree<Result>(run: () => Promise<Result>): Promise<Result> {
  const giveUpAt = Date.now() + Number(process.env["LOCK_WAIT_SECONDS"] ?? 60) * 1000;
  for (;;) {
    try {
      return await run();
    } catch (error) {
      if (!(error instanceof ConcurrentUpdateError) || Date.now() > giveUpAt) throw error;
      await setTimeout(1000 + Math.random() * 1000);
    }
  }
}

function need(name: string): string {
  const value = process.env[name];
  if (value) return value;
  throw new Error(`${name} is not set`);
}
