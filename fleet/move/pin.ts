import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { filesOf } from "../../tenant/patterns";
import { FleetError } from "../fleet-error";
import { inFolder } from "../in-folder";
import type { Fleet } from "../shards/file";
import { withPin } from "./edit-text";

/** A changed file. */
export interface Edit {
  readonly file: string;
  /** Writes the text that it had. */
  readonly undo: () => void;
}

/**
 * Pins a tenant to a shard in its file.
 * @param shard undefined takes its pin out
 * @throws FleetError where the file has to be changed by a person
 */
export function pinTenant(fleet: Fleet, externalId: string, shard: string | undefined): Edit {
  const { files } = inFolder(fleet.folder, () => filesOf(fleet.tenants));
  for (const file of files.map((each) => join(fleet.folder, each))) {
    const text = readFileSync(file, "utf8");
    if (!text.includes(externalId)) continue;
    const changed = file.endsWith(".json") ? undefined : withPin(text, externalId, shard);
    if (changed !== undefined) return replaceText(file, text, changed);
  }
  const what = shard === undefined ? "take the line shard: out of" : `write shard: ${shard} into`;
  throw new FleetError(
    `the file of tenant ${externalId} is not edited by this command, which knows YAML alone: ${what} its entry, and run this again`,
  );
}

/** Replaces a file in one piece. */
export function replaceText(file: string, before: string, after: string): Edit {
  const write = (text: string) => {
    writeFileSync(`${file}.new`, text);
    renameSync(`${file}.new`, file);
  };
  write(after);
  return { file, undo: () => write(before) };
}
