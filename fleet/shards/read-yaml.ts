import { readFileSync } from "node:fs";
import { parse } from "yaml";
import { FleetError } from "../fleet-error";

/**
 * Reads a YAML file.
 *
 * @param advice what to do where it cannot be read
 * @param isText all scalars are texts: `1e3` is no number
 * @throws FleetError
 */
export function readYaml(file: string, advice: string, isText = false): unknown {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    throw new FleetError(`${file} cannot be read (${(error as NodeJS.ErrnoException).code}): ${advice}`);
  }
  try {
    return parse(text, isText ? { schema: "failsafe" } : {});
  } catch (error) {
    const [why = ""] = (error as Error).message.split("\n", 1);
    throw new FleetError(`${file} is no YAML: ${why.replace(/:$/, "")}`);
  }
}
