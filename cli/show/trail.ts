import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import { z } from "zod";
import { normalized } from "../../provider/core/contract/identity";
import { CommandError } from "../command-error";
import { codeOf } from "../why";
import type { ShownChange } from "./report";

const text = z.string().nullish();

const line = z.looseObject({
  time: z.string(),
  commit: text,
  actor: text,
  tenant: text,
  vendor: z.string(),
  account: text,
  resource: text,
  name: text,
  op: text,
  field: z.string(),
  from: z.unknown().optional(),
  to: z.unknown().optional(),
});

/**
 * Reads the changes of one tenant from a change trail, which is one JSON object a line.
 *
 * @returns the changes, oldest first, and the lines that could not be read. @throws CommandError
 */
export async function readTrail(
  file: string,
  externalId: string,
): Promise<{ changes: ShownChange[]; problems: string[] }> {
  const changes: ShownChange[] = [];
  const problems: string[] = [];
  let number = 0;
  try {
    for await (const each of createInterface({ input: createReadStream(file, "utf8") })) {
      number++;
      if (each.trim() === "") continue;
      const { data } = line.safeParse(parsed(each));
      if (data === undefined) {
        problems.push(`${file}:${number} is no line of a change trail, so a change may be missing`);
        continue;
      }
      const { time, commit, actor, tenant, vendor, account, resource, name, op, field, from, to } = data;
      if (tenant == null || normalized(tenant) !== normalized(externalId)) continue;
      changes.push({
        time,
        commit: commit ?? null,
        actor: actor ?? null,
        vendor,
        account: account ?? null,
        resource: resource ?? null,
        name: name ?? null,
        op: op ?? null,
        field,
        from,
        to,
      });
    }
  } catch (error) {
    throw new CommandError([
      `the trail ${file} cannot be read (${codeOf(error)}): give the file that up.sh writes`,
    ]);
  }
  return { changes: changes.toSorted((one, other) => (one.time < other.time ? -1 : 1)), problems };
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
