import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { normalized } from "../../provider/core/contract/identity";
import type { Values } from "../../provider/core/contract/resource";
import { declaredArguments, vendorsOf } from "../../tenant/arguments";
import type { VendorName } from "../../tenant/description";
import { findTenants, lineOf } from "../../tenant/files";
import { overBy } from "../../tenant/suspension";
import { findProject } from "../doctor/project";
import { problemOf } from "../doctor/report";
import { exportState } from "../doctor/stack";
import type { Wishes, World } from "../doctor/world";
import { readState, type State, type StateAccount } from "../keys/state";
import { readTiersFile } from "../tenants/known";
import { TenantsError } from "../tenants/tenants-error";
import { tiersIn } from "../tiers-file";
import { codeOf } from "../why";
import { ReportError } from "./report-error";

/** An account of a state, and the stacks whose state has it. */
export interface Managed extends StateAccount {
  readonly stacks: readonly string[];
}

/** What some states say together. */
export interface States {
  readonly stacks: readonly { readonly stack: string; readonly accounts: number }[];
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

/** Reads files of `pulumi stack export`, or asks Pulumi for the state of the stack. @throws ReportError */
export async function readStates(
  world: World,
  wishes: Wishes,
  files: readonly string[] | undefined,
): Promise<States> {
  if (files !== undefined) return together(files.map((file) => [file, parsed(file, textOf(file))] as const));
  const { root, findings } = findProject(world.folder);
  if (root === undefined) {
    throw new ReportError([
      `${findings.map(problemOf).join("; ")}. Or name files of pulumi stack export: --state <file>`,
    ]);
  }
  const text = await exportState(world, wishes, root, false);
  if (typeof text !== "string") throw new ReportError([problemOf(text)]);
  return together([["the state", parsed("the state", text)]]);
}

function textOf(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new ReportError([
      `the state ${file} cannot be read (${codeOf(error)}): give a file of pulumi stack export`,
    ]);
  }
}

function parsed(name: string, text: string): State {
  const state = readState(text);
  if (state !== undefined) return state;
  throw new ReportError([
    `${name} is not what pulumi stack export prints: it has no deployment with resources`,
  ]);
}

function together(states: readonly (readonly [file: string, state: State])[]): States {
  const managed = new Map<string, Managed>();
  const owners = new Map<string, string>();
  const names = states.map(([, { stack }]) => stack);
  const stacks = states.map(([file, { stack: own, accounts, owner }], index) => {
    // Two projects may have a stack of one name.
    const isFirst = names.indexOf(own) === index;
    const stack = own === undefined ? basename(file) : isFirst ? own : `${own} (${basename(file)})`;
    if (owner !== undefined) owners.set(owner, stack);
    for (const account of accounts) {
      const key = keyOf(account.vendor, account.id);
      const before = managed.get(key);
      managed.set(key, { ...(before ?? account), stacks: [...new Set([...(before?.stacks ?? []), stack])] });
    }
    return { stack, accounts: accounts.length };
  });
  return { stacks, managed, owners, secrets: states.map(([, { secrets }]) => secrets) };
}

/** Reads files of tenants and finds the accounts in them that no state has. @throws ReportError with all that is wrong in them */
export function readPlanned(
  { managed }: States,
  patterns: readonly string[],
  tiers: string | undefined,
  folder: string,
  nowMs: number,
): Planned[] {
  const { tenants, problems } = findTenants(patterns, tiersOf(tiers ?? tiersIn(folder)));
  if (problems.length > 0) throw new ReportError(problems.map(lineOf));
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

function tiersOf(file: string | undefined): Values {
  try {
    return readTiersFile(file);
  } catch (error) {
    if (!(error instanceof TenantsError)) throw error;
    throw new ReportError(error.problems);
  }
}
