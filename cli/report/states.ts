import { basename } from "node:path";
import { normalized } from "../../provider/core/contract/identity";
import type { Values } from "../../provider/core/contract/resource";
import { declaredArguments, vendorsOf } from "../../tenant/arguments";
import type { VendorName } from "../../tenant/description";
import { findTenants, lineOf } from "../../tenant/files";
import { overBy } from "../../tenant/suspension";
import { CommandError } from "../command-error";
import { findProject } from "../doctor/project";
import { problemOf } from "../doctor/report";
import type { Wishes, World } from "../doctor/world";
import type { State, StateAccount } from "../keys/state";
import { stateOfFile, stateOfStack } from "../state-file";
import { readTiersFile } from "../tenants/known";
import { tiersIn } from "../tiers-file";

/** An account of a state, and the stacks whose state has it. */
export interface Managed extends StateAccount {
  readonly stacks: readonly string[];
}

/** A stack whose state was read. */
interface ReadStack {
  /** Its name in the report. */
  readonly stack: string;
  /** Its project and its name, `tenants/prod`; of a state without resources the name of its file. */
  readonly id: string;
  readonly accounts: number;
}

/** The content of some states together. */
export interface States {
  readonly stacks: readonly ReadStack[];
  /** By vendor and id, `zavu sub_1`. */
  readonly managed: ReadonlyMap<string, Managed>;
  /** The stack of each owner. */
  readonly owners: ReadonlyMap<string, string>;
  /** Everything in them that was secret and is in clear. */
  readonly secrets: readonly unknown[];
}

/** An account that files declare and no state has. */
export interface Planned {
  readonly vendor: VendorName;
  readonly tenant: Values;
  readonly declared: Values;
}

/** The key of an account over all vendors. */
export function keyOf(vendor: string, id: string): string {
  return `${vendor} ${id}`;
}

/** Reads files of `pulumi stack export`, or asks Pulumi for the state of the stack. @throws CommandError */
export async function readStates(
  world: World,
  wishes: Wishes,
  files: readonly string[] | undefined,
): Promise<States> {
  if (files !== undefined) {
    const read: [string, State][] = [];
    for (const file of files) read.push([file, await stateOfFile(file)]);
    return together(read);
  }
  const { root, findings } = findProject(world.folder);
  if (root === undefined) {
    throw new CommandError([
      `${findings.map(problemOf).join("; ")}. Or name files of pulumi stack export: --state <file>`,
    ]);
  }
  return together([["the state", await stateOfStack(world, wishes, root)]]);
}

function together(states: readonly (readonly [file: string, state: State])[]): States {
  const managed = new Map<string, Managed>();
  const owners = new Map<string, string>();
  const names = states.map(([, { stack }]) => stack);
  const stacks = states.map(([file, { stack: own, project, accounts, owner }], index) => {
    // Two projects may have a stack of one name.
    const isFirst = names.indexOf(own) === index;
    const stack = own === undefined ? basename(file) : isFirst ? own : `${own} (${basename(file)})`;
    if (owner !== undefined) owners.set(owner, stack);
    const alone = [stack];
    for (const account of accounts) {
      const key = keyOf(account.vendor, account.id);
      const before = managed.get(key);
      const stacks = before === undefined ? alone : [...new Set([...before.stacks, stack])];
      managed.set(key, { ...(before ?? account), stacks });
    }
    const id = project === undefined ? basename(file) : `${project}/${own}`;
    return { stack, id, accounts: accounts.length };
  });
  return { stacks, managed, owners, secrets: states.map(([, { secrets }]) => secrets) };
}

/** Reads files of tenants and finds the accounts in them that no state has. @throws CommandError with all that is wrong in them */
export function readPlanned(
  { managed }: States,
  patterns: readonly string[],
  tiers: string | undefined,
  folder: string,
  nowMs: number,
): Planned[] {
  const { tenants, problems } = findTenants(patterns, readTiersFile(tiers ?? tiersIn(folder)));
  if (problems.length > 0) throw new CommandError(problems.map(lineOf));
  const applied = new Set(
    [...managed.values()].map((account) => `${account.vendor} ${normalized(tenantId(account) ?? "")}`),
  );
  return tenants
    .filter((tenant) => !overBy(tenant, nowMs).accounts)
    .flatMap((tenant) =>
      vendorsOf(tenant).flatMap((vendor): Planned[] => {
        const declared = declaredArguments(tenant, vendor);
        const { adopt } = declared;
        const ids = [tenant["externalId"], tenant["formerly"]].filter((id) => typeof id === "string");
        const isApplied =
          ids.some((id) => applied.has(`${vendor} ${normalized(id)}`)) ||
          (typeof adopt === "string" && managed.has(keyOf(vendor, adopt)));
        return isApplied ? [] : [{ vendor, tenant, declared }];
      }),
    );
}

/** The external id of the tenant that an account of a state belongs to. */
export function tenantId({ tenant, declared }: StateAccount): string | undefined {
  const { externalId } = declared;
  return tenant?.externalId ?? (typeof externalId === "string" ? externalId : undefined);
}
