import type { Emulator } from "pulumi-subaccounts/emulator";

/** For a provider in real time, whose emulator shows every write at once. */
const WITHOUT_LAG = { SUBACCOUNTS_READ_LAG_SECONDS: "1" };

/** {@link environmentOf} for a provider process of its own, which nobody gives virtual time. */
export function realTimeEnvironmentOf(emulator: Emulator): Record<string, string> {
  return { ...environmentOf(emulator), ...WITHOUT_LAG };
}

/** The environment variables that point a provider at this emulator. */
export function environmentOf(emulator: Emulator): Record<string, string> {
  return { ...emulator.environment };
}
