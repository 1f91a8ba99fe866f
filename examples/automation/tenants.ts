import { execFile } from "node:child_process";
import { rmSync } from "node:fs";
import { setTimeout } from "node:timers/promises";
import { promisify } from "node:util";
import {
  ConcurrentUpdateError,
  type InlineProgramArgs,
  LocalWorkspace,
  type LocalWorkspaceOptions,
  type Stack,
  StackAlreadyExistsError,
} from "@pulumi/pulumi/automation/index.js";
import { Tenant } from "pulumi-subaccounts";
import { type Customer, tiers } from "./customers.ts";
import { said } from "./said.ts";

/** The customer's account at each vendor. */
export type Accounts = Readonly<Record<string, string>>;

const PROJECT = "saas";

const execute = promisify(execFile);

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
  const args = { projectName: PROJECT, stackName: customer.id, program: programOf(customer) };
  return withStack(await createOrSelect(args), async (stack) => {
    await stack.setAllConfig({
      // Every customer's first run creates: it must not do so with another organization's key.
      "subaccounts:allowedOrganizations": { value: need("ALLOWED_ORGANIZATIONS") },
    });
    const { outputs, stdout } = await whenFree(() => stack.up());
    // A key in clear, a key that an interrupted run left: nobody sees the output of a run that went well.
    for (const warning of said("warning", stdout)) console.warn(`${customer.id}: ${warning}`);
    await deliver(outputs["apiKeys"]?.value);
    return outputs["accounts"]?.value;
  });
}

/** Ends a customer's accounts, each by its `deletionPolicy`, and revokes the keys. @throws StackNotFoundError */
export async function removeTenant(id: string): Promise<void> {
  await withStack(await existing(id), async (stack) => {
    const { pulumiCommand, workDir: cwd } = stack.workspace;
    await whenFree(async () => {
      await execute(pulumiCommand.command, ["state", "unprotect", "--all", "--yes", "--stack", id], { cwd });
      await stack.destroy({ remove: true });
    });
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

/** The customer's stack. Of two requests that find none at once, one makes it. */
async function createOrSelect(args: InlineProgramArgs): Promise<Stack> {
  try {
    return await LocalWorkspace.createOrSelectStack(args, options);
  } catch (error) {
    if (!(error instanceof StackAlreadyExistsError)) throw error;
    return LocalWorkspace.selectStack(args, options);
  }
}

/** Whether another run has the customer's stack, as the Automation API or the CLI itself says it. */
export function isLocked(error: unknown): boolean {
  if (error instanceof ConcurrentUpdateError) return true;
  return error instanceof Error && error.message.includes("the stack is currently locked");
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
      if (!isLocked(error) || Date.now() > giveUpAt) throw error;
      await setTimeout(1000 + Math.random() * 1000);
    }
  }
}

function need(name: string): string {
  const value = process.env[name];
  if (value) return value;
  throw new Error(`${name} is not set`);
}
