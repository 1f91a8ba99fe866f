import { Run, realSurroundings } from "../core/base/run";
import { tell } from "./engine-log";
import { watchEngine } from "./engine-watch";
import { siblingsOf } from "./siblings";

let run: Run | undefined;

/**
 * The run of this process, made at first use. From then on Ctrl-C lets what is under way end first, and the end of the
 * engine ends the process at once: nobody is there to save what it does.
 */
export function processRun(): Run {
  if (run === undefined) {
    run = new Run({ ...realSurroundings, tell, siblings: siblingsOf() });
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, stop);
    watchEngine(() => process.exit(1));
  }
  return run;
}

// Time for a finished operation's answer to reach the engine, in milliseconds.
const FLUSH_MS = 100;

function stop(): void {
  // Without a timer that holds it, a process with nothing under way ends at once, as it would without this.
  run?.stop().then((waited) => setTimeout(() => process.exit(130), waited ? FLUSH_MS : 0));
}
