import { z } from "zod";
import { Mistake } from "../core/mistake";
import { seedSchemas, switchSchemas, type VendorSeeds, type VendorSwitches } from "../vendors";
import { checked, contentOf } from "./document";

/** Marks a file that the emulator itself wrote. The number is that of the shape. */
export const FORMAT = "subaccounts emulator 1";

/** Accounts and keys to begin with. */
export interface Seed extends VendorSeeds {
  /** The mark of a file that `persist` wrote. */
  readonly format?: string;
  /** What the second organization of each vendor has. */
  readonly other?: VendorSeeds;
}

const seedSchema = z.strictObject({
  format: z.literal(FORMAT, { error: `must be ${JSON.stringify(FORMAT)}, or left out` }).exactOptional(),
  ...seedSchemas,
  other: z.strictObject(seedSchemas).exactOptional(),
});

/** Checks a seed. @throws Mistake */
export function checkedSeed(content: unknown, where: string): Seed {
  // The types and the schema are made of the same declarations.
  return checked(content, seedSchema, { where, noun: "field" }) as unknown as Seed;
}

/** Reads accounts and keys to begin with from a YAML or JSON file. @throws Error that names the path of each mistake */
export function readSeed(file: string): Seed {
  return checkedSeed(contentOf(file), file);
}

/**
 * Reads how the vendors behave, `{ "zavu": { "secondDelete": 404 } }`, from a JSON or YAML file, for
 * `startEmulator({ ...readSwitches("switches.json") })`. @throws Error that names the path of each mistake
 */
export function readSwitches(file: string): VendorSwitches {
  const content = checked(contentOf(file), z.strictObject(switchSchemas), { where: file, noun: "switch" });
  // A file has no undefined.
  return content as VendorSwitches;
}

/** What a file of `persist` holds. @throws Mistake for a broken one and for one of another program */
export function checkedPersisted(text: string, file: string): Seed {
  if (text.trim() === "") throw new Mistake(`${file} is empty. Remove it, and it is made anew`);
  const { content, problem } = parsed(text);
  const [, format] = /^\s*\{\s*"format":\s*"(subaccounts emulator [^"]*)"/.exec(text) ?? [];
  if (format === undefined) {
    throw new Mistake(
      `${file} was not written by --persist, so it is not overwritten. Name a file that does not exist yet; ` +
        `to begin with what this one holds, add --seed ${file}`,
    );
  }
  if (format !== FORMAT) {
    throw new Mistake(
      `${file} has the format ${JSON.stringify(format)} of another version; this one reads ${JSON.stringify(FORMAT)}. ` +
        "Run that version, or name another file",
    );
  }
  if (problem !== undefined) {
    throw new Mistake(`${file} is broken: ${problem}. Mend it, or remove it to begin anew`);
  }
  return checkedSeed(content, file);
}

function parsed(text: string): { content?: unknown; problem?: string } {
  try {
    return { content: JSON.parse(text) };
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) };
  }
}
