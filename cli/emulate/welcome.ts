import { resolve } from "node:path";
import type { Emulator } from "../../emulator";
import type { Setting, Wishes } from "./options";

/** What a person is told when the emulator runs. */
export function welcome(emulator: Emulator, wishes: Wishes): string {
  const vendors = emulator.overview();
  const titles = vendors.map(({ title, url }) => `  ${title.padEnd(8)}${url}`);
  const exports = vendors.map(({ name, environment, url }) => {
    return `export ${environment.baseUrl}=${url} ${environment.apiKey}=${emulator[name].apiKey}`;
  });
  const notes = notesOf(emulator, wishes);
  return `The emulator is running. Watch it at ${emulator.url}/

${titles.join("\n")}

Point a program here by pasting this into its shell (the keys work nowhere else):

${exports.join("\n")}

${notes.join("\n")}
Ctrl-C to stop.
`;
}

function notesOf({ url }: Emulator, wishes: Wishes): string[] {
  const { allowHost = [], fault = [], persist } = wishes;
  const { port } = new URL(url);
  return [
    ...allowHost.map((name) => `Also answered: http://${name}:${port}/`),
    ...settingNotes("calls a minute", wishes.rate),
    ...settingNotes("ms of latency", wishes.latency),
    ...fault.map((text) => `Fault: ${text}`),
    persist === undefined
      ? "Everything is forgotten when it stops; --persist <file> keeps it."
      : `Accounts and keys are kept in ${resolve(persist)}`,
  ];
}

function settingNotes(unit: string, settings: readonly Setting[] = []): string[] {
  return settings.map(
    ({ vendor, value }) => `${value} ${unit}${vendor === undefined ? "" : ` at ${vendor}`}`,
  );
}
