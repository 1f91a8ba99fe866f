import { LAG_BOUND_MS } from "../../../provider/core/base/read-lag";
import type { Stack } from "../../support/stack";
import type { Trouble } from "./story";
import { models, type VendorModel } from "./vendors";

const VENDORS = Object.values(models);

/** Lets things go wrong from now on. @param known vendors whose organization the states of this operation name. */
export function arm(stack: Stack, trouble: Trouble, known: ReadonlySet<VendorModel>): void {
  const { emulator, env } = stack;
  for (const rule of trouble.faults) emulator.fault(rule);
  for (const { vendor } of VENDORS) emulator[vendor].switches.lagMs = trouble.lagMs ?? 0;
  if (trouble.confuse !== undefined) confuse(stack, trouble.confuse);
  if (!trouble.isOtherKey) return;
  for (const { name, environment } of emulator.overview()) {
    if (known.has(models[name])) env[environment.apiKey] = emulator.other[name].apiKey;
  }
}

/** Lets all be well again, and waits for what is still under way at the vendors. */
export async function disarm(stack: Stack, trouble: Trouble): Promise<void> {
  const { emulator, env } = stack;
  emulator.clearFaults();
  for (const { name, environment } of emulator.overview()) env[environment.apiKey] = emulator[name].apiKey;
  for (const { vendor } of VENDORS) emulator[vendor].switches.lagMs = 0;
  if (trouble.lagMs !== undefined) stack.pass(LAG_BOUND_MS);
  if (isLate(trouble)) stack.pass(600_000);
  await emulator.landLateEffects();
  const lags = trouble.faults.some(({ fault }) => fault.kind === "lag");
  if (lags || emulator.bolna.switches.deletePending > 0) await readOn(stack);
}

/** Whether an effect may come so late that no read-back sees it. */
export function isLate({ faults }: Trouble): boolean {
  return faults.some(({ fault }) => "when" in fault && typeof fault.when === "object");
}

/** One read of an account is answered with the one that was made after it. */
function confuse({ emulator }: Stack, skip: number): void {
  for (const { vendor, accounts, subject } of VENDORS) {
    const { get, list: path } = subject.paths;
    if (get === undefined) continue;
    const ids = accounts(emulator).map(({ id }) => id);
    for (const [index, id] of ids.entries()) {
      const other = ids[(index + 1) % ids.length];
      const fault = { kind: "instead", path: `${path}/${other}` } as const;
      if (other !== id) emulator.fault({ vendor, method: "GET", path: `${path}/${id}`, skip, fault });
    }
  }
}

/** Reads until what lags for some reads is shown. */
async function readOn({ emulator }: Stack): Promise<void> {
  for (let read = 0; read < 3; read++) {
    await Promise.all(
      VENDORS.map(({ vendor, subject }) => {
        const { url, apiKey } = emulator[vendor];
        return fetch(url + subject.paths.list, { headers: { authorization: `Bearer ${apiKey}` } });
      }),
    );
  }
}
