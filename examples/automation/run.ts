import { StackNotFoundError } from "@pulumi/pulumi/automation/index.js";
import type { Customer } from "./customers.ts";
import { said } from "./said.ts";
import { createTenant, isLocked, listTenants, removeTenant, unlockTenant } from "./tenants.ts";

/** What a run is asked to do. */
export type Task =
  | { readonly do: "create"; readonly customer: Customer }
  | { readonly do: "remove" | "unlock"; readonly id: string }
  | { readonly do: "list" };

/** How a run ended. */
export type Outcome = { readonly status: number; readonly body: unknown };

/**
 * One run, in a process of its own: an error that an inline program throws fails every other one that its process runs at
 * the time. A parent sends the task and gets the outcome.
 */
process.once("message", (task: Task) => {
  carryOut(task)
    .catch((error: unknown): Outcome => {
      if (isLocked(error)) {
        return {
          status: 409,
          body: { error: "another run has this customer, or a killed one had: see unlock" },
        };
      }
      if (error instanceof StackNotFoundError) return { status: 404, body: { error: "no such customer" } };
      return { status: 500, body: { error: summaryOf(error) } };
    })
    .then((outcome) => process.send?.(outcome, () => process.exit()));
});

async function carryOut(task: Task): Promise<Outcome> {
  if (task.do === "list") return { status: 200, body: { tenants: await listTenants() } };
  if (task.do === "create") {
    const accounts = await createTenant(task.customer, async (apiKeys) => {
      // Here they go to your secret store (see examples/secret-store), and nowhere else.
      console.log(`${task.customer.id}: keys of ${Object.keys(apiKeys).join(", ")}`);
    });
    return { status: 200, body: { accounts } };
  }
  await (task.do === "remove" ? removeTenant(task.id) : unlockTenant(task.id));
  return { status: 200, body: {} };
}

function summaryOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return said("error", text).join("; ") || (text.split("\n")[0] ?? "");
}
