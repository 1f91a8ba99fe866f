import type { Tiers } from "pulumi-subaccounts";
import { z } from "zod";

export const tiers: Tiers = {
  trial: {
    zavu: { creditLimit: 5_00 }, // cents
    bctrl: { limits: { maxActiveRuns: 1, monthlyCreditLimit: 5_000 } }, // credits of USD 0.001
  },
  gold: { zavu: { creditLimit: 50_00 }, bctrl: { limits: { maxActiveRuns: 5, monthlyCreditLimit: 50_000 } } },
};

/** Also the name of the customer's stack. It never changes. */
const id = z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/, "must be 1 to 63 of a-z, 0-9 and -");

const customer = z.strictObject({
  id,
  name: z.string().max(200).regex(/\S/, "must not be blank"),
  tier: z.enum(Object.keys(tiers)),
});

/** A customer, as the back end's own database has it. */
export type Customer = Readonly<z.infer<typeof customer>>;

/** What is wrong with a request, for whoever sent it. */
export class InvalidRequest extends Error {}

/** Reads a customer from JSON that a request brought. @throws InvalidRequest */
export function parseCustomer(text: string): Customer {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new InvalidRequest("the body is no JSON");
  }
  return valid(customer, value);
}

/** Reads a customer's id from a path. @throws InvalidRequest */
export function parseId(text: string): string {
  return valid(z.object({ id }), { id: text }).id;
}

function valid<Value>(schema: z.ZodType<Value>, value: unknown): Value {
  const { error, data } = schema.safeParse(value);
  if (!error) return data;
  const problems = error.issues.map(({ path, message }) => `${path.join(".") || "the body"}: ${message}`);
  throw new InvalidRequest(problems.join("; "));
}
