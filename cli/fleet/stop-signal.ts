/** Aborted by the first Ctrl-C or SIGTERM; the second one ends the process as it does without this. */
export function stopSignal(): { readonly signal: AbortSignal; readonly release: () => void } {
  const stop = new AbortController();
  const onSignal = () => {
    release();
    stop.abort();
  };
  const release = () => process.off("SIGINT", onSignal).off("SIGTERM", onSignal);
  process.on("SIGINT", onSignal).on("SIGTERM", onSignal);
  return { signal: stop.signal, release };
}
