import * as pulumi from "@pulumi/pulumi";
import { remainingAccounts } from "../core/lookup";
import { ownerId } from "../core/owner";
import { perStack } from "../core/per-stack";
import { ProgramError } from "../core/program-error";
import { plainValue } from "../core/pulumi-internals";
import { description } from "./description";
import type { TenantVendors } from "./vendors";

/** An account of a tenant whose `deleteAfter` is over. */
export interface Ended {
  readonly tenant: pulumi.Resource;
  /** For messages: `Tenant "acme": deleteAfter 2027-12-31 is over`. */
  readonly what: string;
  readonly vendor: keyof TenantVendors;
  /** The arguments of the account, as they were declared until then. */
  readonly args: Readonly<Record<string, unknown>>;
  /** The names of the account's keys. */
  readonly keys: readonly unknown[];
}

/** The way to an account that nothing ends, for messages. */
const LATER = "give deleteAfter a later day for one `pulumi up`, which takes the account in";

/** The looks at the vendors of one program: an error ends it, and each account is to be told of. */
const looks = perStack(() => new Set<Promise<unknown>>());

/** Whether an ended account may still be there without being in the state: the run recovers, or the code names it. */
export function mayRemain({ args }: Pick<Ended, "args">): boolean {
  return fleetToRecover() !== undefined || typeof args["adopt"] === "string";
}

/**
 * Looks at the vendor for an ended account that the state does not have, since it was lost. In a run that recovers it is
 * declared once more, so that the next `up` deletes it; else the run fails and says what to do.
 *
 * @param declare declares the account with these arguments. @returns its id; undefined where it is not declared
 */
export async function recoverEnded(
  ended: Ended,
  declare: (args: Ended["args"]) => pulumi.Output<string | undefined>,
): Promise<pulumi.Output<string | undefined> | undefined> {
  const { vendor, args } = ended;
  const fleet = fleetToRecover();
  let declared: pulumi.Output<string | undefined> | undefined;
  const isProven = fleet !== undefined && description().accountOf(vendor).isMarked;
  const look = known(ended)
    .then((wanted) => remainingAccounts(vendor, isProven ? { ...wanted, fleet } : wanted))
    .catch((error: unknown) => untold(ended, error));
  looks().add(look);
  for (const account of await look) {
    const today = await ownerId();
    const isOurs = today !== undefined && account.owner === today;
    const isToldByCode = args["adopt"] === account.id;
    if (fleet !== undefined && (isToldByCode || isOurs || account.fleet === fleet)) {
      // Any other delete ends its keys with it.
      const isRetained = (await plainValue(args["deletionPolicy"] as pulumi.Input<unknown>)) === "retain";
      declared = declare({
        ...args,
        adopt: account.id,
        ...(isRetained ? { __endedKeys: ended.keys } : {}),
      });
      const next = isRetained ? "takes it out of the state and leaves it there" : "deletes it";
      await pulumi.log.warn(
        `${ended.what}, and this run recovers: the ${description().titleOf(vendor)} sub-account ${account.id} is declared once more, and the next \`pulumi up\`, ` +
          `without SUBACCOUNTS_RECOVER, ${next}`,
        ended.tenant,
      );
    } else if (isOurs) {
      await warn(ended, account.id);
    } else {
      await refuse(ended, account.id, today === undefined);
    }
  }
  return declared;
}

/** @throws ProgramError because of an account that nothing ends; where the state may have it as well, warns */
async function refuse(ended: Ended, id: string, isNewStack: boolean): Promise<void> {
  const { tenant, what, vendor } = ended;
  const { accountOf, titleOf } = description();
  const title = titleOf(vendor);
  await Promise.allSettled(looks());
  if (fleetToRecover() !== undefined) {
    throw await told(
      tenant,
      new ProgramError(
        `${what}, and the ${title} sub-account ${id} is still there, and nothing proves that it is of the fleet. If it is this customer's, add  adopt: "${id}"  to vendors.${vendor}; else end it at the ` +
          "vendor, or give it another name there",
      ),
    );
  }
  if (accountOf(vendor).isMarked || isNewStack) {
    throw await told(
      tenant,
      new ProgramError(
        `${what}, and the ${title} sub-account ${id} is still there and not in this state, so nothing ends it. If the state was lost, ${LATER}; if the account is another's, take the adopt line out`,
      ),
    );
  }
  await warn(ended, id);
}

/** Warns of an account that may be in the state: `up` goes by the deletionPolicy there, which the file may have changed. */
async function warn({ tenant, what, vendor, args }: Ended, id: string): Promise<void> {
  // A retained account stays by what is declared, and is told of by its tenant.
  if ((await plainValue(args["deletionPolicy"] as pulumi.Input<unknown>)) === "retain") return;
  await pulumi.log.warn(
    `${what}, and the ${description().titleOf(vendor)} sub-account ${id} is still there. \`up\` deletes it if the state has it, with a deletionPolicy that is not retain, which cannot be told ` +
      `here. If it stays, ${LATER}; else take the adopt line out`,
    tenant,
  );
}

/** @throws ProgramError that names the tenant of which a look could not tell */
async function untold({ tenant, what, vendor }: Ended, error: unknown): Promise<never> {
  if (!(error instanceof ProgramError)) throw error;
  const title = description().titleOf(vendor);
  const text = `${what}, and whether its ${title} sub-account is still there cannot be told: ${error.message}`;
  throw await told(tenant, new ProgramError(text));
}

/** Shows an error by itself: of those of one tenant, what waits for its outputs tells only the first. */
async function told(tenant: pulumi.Resource, error: ProgramError): Promise<ProgramError> {
  await pulumi.log.error(error.message, tenant);
  return error;
}

/** The fleet that this run recovers; the provider refuses another id than the stack's. */
function fleetToRecover(): string | undefined {
  const recover = process.env["SUBACCOUNTS_RECOVER"]?.trim();
  const fleet = new pulumi.Config("subaccounts").get("fleet")?.trim();
  return recover === fleet ? fleet : undefined;
}

/** The arguments that find an account: plain, and only known ones. */
async function known({ vendor, args }: Ended): Promise<Record<string, string>> {
  const { adopt, externalId, name, connection } = args;
  const isById = externalId !== undefined && description().hasExternalId(vendor);
  const wanted = typeof adopt === "string" ? { id: adopt } : isById ? { externalId } : { name };
  const entries = Object.entries({ ...wanted, connection }).map(async ([key, value]) => {
    return [key, await plainValue(value as pulumi.Input<unknown>)] as const;
  });
  const all = await Promise.all(entries);
  return Object.fromEntries(all.flatMap(([key, value]) => (typeof value === "string" ? [[key, value]] : [])));
}
