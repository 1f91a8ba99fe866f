import { isRunByPulumi } from "./provider-folder";

let isWatched = false;

/**
 * Ends the program as soon as nothing reads its standard error any more: the engine that started it was killed.
 *
 * Pulumi's runner logs each uncaught error, and prints it where the engine is not there (`cmd/run/run.js`, `log/index.js`). A
 * line to a broken pipe is an uncaught error again, and so on without an end: a whole core, and memory for each of them.
 *
 * @internal
 */
export function endWithEngine(): void {
  if (isWatched || !isRunByPulumi) return;
  isWatched = true;
  process.stderr.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") process.exit(1);
    throw error;
  });
}
