import { startEmulator } from "../../emulator";
import { Run, realSurroundings } from "../../provider/core/base/run";
import { settings } from "../../provider/core/vendor-io/config";
import { everyVendor } from "../../provider/vendors";
import { askVendor } from "./ask";

/** Whether there is such a vendor; undefined stands for all. */
export function isVendor(name: string | undefined): boolean {
  return name === undefined || everyVendor.some((each) => each.name === name);
}

/** The accounts that the emulator has, so that listings are not empty. */
const SEEDED = 2;

/**
 * The calls of a run, as text. They are made to the emulator, so that nothing is sent to a vendor and no key is needed:
 * a vendor that answers otherwise than the emulator may be asked more, or less.
 *
 * @param only one vendor's name.
 */
export async function dryRun(only: string | undefined, mayMakeAccounts: boolean): Promise<string> {
  const emulator = await startEmulator();
  const lines: string[] = [];
  try {
    const run = new Run({ ...realSurroundings, env: {} });
    for (const vendor of everyVendor.filter(({ name }) => only === undefined || name === only)) {
      const stand = emulator.overview().find(({ name }) => name === vendor.name);
      if (stand === undefined) continue;
      const handle = emulator[stand.name];
      handle.seedMany(SEEDED);
      const env = { [vendor.env.apiKey]: handle.apiKey, [vendor.env.baseUrl]: handle.url };
      const found = settings(vendor, undefined, { get: () => undefined, keys: [] }, env);
      lines.push(vendor.title);
      const asking = askVendor(vendor, found, run, {
        mayMakeAccounts,
        signal: new AbortController().signal,
        onCall: ({ method, path, headers, body }) => {
          lines.push(
            `  ${method} ${path}${headersText(headers)}${body === undefined ? "" : ` ${JSON.stringify(body)}`}`,
          );
        },
      });
      if (asking === undefined) lines.push("  no calls: this version has no questions for it");
      await asking;
    }
  } finally {
    await emulator.close();
  }
  const note =
    "Nothing was sent to a vendor: these are the calls to the emulator. Ids differ, and answers may lead to other calls.";
  return `${[...lines, note].join("\n")}\n`;
}

function headersText(headers: Readonly<Record<string, string>>): string {
  const shown = Object.entries(headers).map(([name, value]) => {
    return name === "authorization" ? "with another key" : `${name}: ${value}`;
  });
  return shown.length === 0 ? "" : ` (${shown.join(", ")})`;
}
