import type { Emulator } from "pulumi-subaccounts/emulator";

/** The environment variables that point a provider at this emulator. */
export function environmentOf(emulator: Emulator): Record<string, string> {
  return Object.fromEntries(
    emulator.overview().flatMap(({ name, url, environment }) => [
      [environment.baseUrl, url],
      [environment.apiKey, emulator[name].apiKey],
    ]),
  );
}
