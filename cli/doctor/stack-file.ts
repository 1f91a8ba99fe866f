import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { isObject } from "../../provider/core/base/json";
import type { Values } from "../../provider/core/contract/resource";

/** The stack's file beside Pulumi.yaml, `Pulumi.dev.yaml`; undefined where there is none that can be read. */
export function readStackFile(root: string, stack: string): Values | undefined {
  // Pulumi may name the organization and the project, too.
  const name = stack.slice(stack.lastIndexOf("/") + 1);
  for (const file of [`Pulumi.${name}.yaml`, `Pulumi.${name}.yml`]) {
    try {
      const parsed: unknown = parse(readFileSync(join(root, file), "utf8"));
      if (isObject(parsed)) return parsed;
    } catch {
      // Pulumi reports one that is not YAML.
    }
  }
  return undefined;
}
