import { afterAll } from "vitest";
import { tally } from "../../engine/tally.mts";

declare module "vitest" {
  interface TaskMeta {
    /** The Pulumi CLI calls of a test file. */
    cli?: { calls: number; seconds: number };
  }
}

// Registered before the file's own hooks, so it runs after them.
// biome-ignore lint/correctness/noEmptyPattern: vitest takes nothing but a pattern there.
afterAll(({}, suite) => {
  suite.file.meta.cli = { ...tally };
});
