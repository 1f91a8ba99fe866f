import type { Run } from "../provider/core/base/run";
import { everyVendor } from "../provider/vendors";

/** Has a run take the keys of the environment, and whatever has the form of a key, out of all that it shows. */
export function hideKeys({ redactor, world }: Run): void {
  for (const { env, keyShape } of everyVendor) {
    redactor.add(world.env[env.apiKey]);
    if (keyShape) redactor.addShape(keyShape);
  }
}
