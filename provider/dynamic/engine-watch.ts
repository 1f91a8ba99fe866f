import { connect } from "node:net";
import { engineAddress } from "./engine-address";

// How often in a row nobody may listen at the engine's address before it is taken for gone.
const MOST_REFUSALS = 2;

// An engine that closes every connection at once is asked again after this time, in milliseconds, and not in a tight loop.
const CALM_MS = 1_000;
const MOST_SHORT_CONNECTIONS = 5;

/**
 * Calls `gone` as soon as the engine that started this process is gone. A CLI that is killed with `kill -9` leaves its
 * providers running, and they would go on sending what nobody saves any more.
 *
 * A connection to the engine's own address is what tells: the parent of this process is a shell, which stays. The
 * engine may close a connection that says nothing, so the end of one is no proof; that nobody listens any more is.
 */
export function watchEngine(gone: () => void): void {
  const address = engineAddress();
  if (address === undefined) return;
  let refusals = 0;
  let shortOnes = 0;
  const look = (): void => {
    let isRefused = false;
    const startMs = performance.now();
    const socket = connect(address);
    // The watch alone must not keep a process alive.
    socket.unref();
    socket.on("connect", () => {
      refusals = 0;
    });
    socket.on("error", (error: NodeJS.ErrnoException) => {
      isRefused = error.code === "ECONNREFUSED";
    });
    socket.on("close", () => {
      if (isRefused) refusals++;
      shortOnes = performance.now() - startMs < CALM_MS ? shortOnes + 1 : 0;
      if (refusals >= MOST_REFUSALS) gone();
      else if (shortOnes > MOST_SHORT_CONNECTIONS) setTimeout(look, CALM_MS).unref();
      else setImmediate(look);
    });
    socket.resume();
  };
  look();
}
