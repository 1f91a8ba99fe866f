import { expect } from "vitest";
import type { Emulator, EmulatorOptions, VendorName } from "../../emulator";
import type { Values } from "../../provider/core/contract/resource";
import { handleOf, isActive, pathOf, subjectOf, VENDORS } from "../vendors/index.mts";
import { type Declaration, Stack } from "./stack";

export { MARKING, VENDORS } from "../vendors/index.mts";

/** A vendor in one of its API versions: bctrl's of mid-2026 has no idempotent create. */
export type Face = VendorName | `${VendorName} v1`;

/** Vendors by API version. */
export const FACES: readonly Face[] = VENDORS.flatMap((vendor) => [
  vendor,
  ...(subjectOf(vendor).older ?? []).map((version) => `${vendor} ${version}` as Face),
]);

/** The vendor of an API version. */
export function vendorOf(face: Face): VendorName {
  return face.split(" ")[0] as VendorName;
}

/** The path that creates an account. */
export function createPath(vendor: VendorName): string {
  return pathOf(subjectOf(vendor).calls.create);
}

/** Opens a stack that speaks an API version, and whose calls wait for a reply for a moment only. */
export async function openFace(face: Face, options: EmulatorOptions = {}): Promise<Stack> {
  const stack = await Stack.open(options);
  stack.attemptMs = 300;
  const [vendor, version] = face.split(" ");
  if (version !== undefined) stack.config[`subaccounts:${vendor}ApiVersion`] = version;
  return stack;
}

/** Expects that each of so many customers has one active account, and that the state has it. */
export function expectOnce(stack: Stack, vendor: VendorName, count: number): void {
  const active = accountsAt(stack.emulator, vendor).filter(({ isActive }) => isActive);
  expect(new Set(active.map(({ name }) => name)).size).toBe(active.length);
  expect(active).toHaveLength(count);
  expect(idsIn(stack).sort()).toEqual(active.map(({ id }) => id).sort());
}

/** An account as it really is at its vendor. */
interface Actual {
  readonly id: string;
  readonly name: string;
  readonly externalId: string | undefined;
  readonly isActive: boolean;
}

/** Minimal arguments of an account at a vendor: the externalId is made of the name. */
export function argsOf(vendor: VendorName, name: string, more: Values = {}): Values {
  return {
    name,
    externalId: `tenant-${name.toLowerCase().replaceAll(" ", "-")}`,
    ...subjectOf(vendor).required,
    ...more,
  };
}

/** The declaration of an account, whose resource has the account's name in lower case. */
export function declare(
  vendor: VendorName,
  name: string,
  more: Values = {},
  options: Partial<Declaration> = {},
): Declaration {
  const args = () => argsOf(vendor, name, more);
  return { type: `${vendor}.SubAccount`, name: name.toLowerCase(), args, ...options };
}

/** All accounts of a vendor as they really are, ended ones too. */
export function accountsAt(emulator: Pick<Emulator, VendorName>, vendor: VendorName): Actual[] {
  return handleOf(emulator, vendor)
    .accounts()
    .map((account) => ({
      id: account.id,
      name: account.name,
      externalId: account.externalId ?? undefined,
      isActive: isActive(account),
    }));
}

/** The ids of the active accounts of a vendor. */
export function activeAt(emulator: Pick<Emulator, VendorName>, vendor: VendorName): string[] {
  return accountsAt(emulator, vendor)
    .filter(({ isActive }) => isActive)
    .map(({ id }) => id);
}

/** The ids of all resources in a state. */
export function idsIn(stack: Stack): string[] {
  return [...stack.resources.values()].map(({ id }) => id);
}

/** Gives a stack the parent keys of an organization, from the next operation on. */
export function useKeysOf(stack: Stack, keys: Pick<Emulator, VendorName>): void {
  for (const { name, environment } of stack.emulator.overview()) {
    stack.env[environment.apiKey] = keys[name].apiKey;
  }
}

/** What an operation failed with; "done" where it did not. */
export async function outcomeOf(operation: Promise<unknown>): Promise<string> {
  return operation.then(
    () => "done",
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );
}
