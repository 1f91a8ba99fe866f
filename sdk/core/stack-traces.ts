/**
 * Stops V8 from capturing stack traces, until the returned function is called; nothing may be awaited in between.
 *
 * Pulumi captures one for each of the four promises that it makes for a property, and shows them only where
 * `PULUMI_DEBUG_PROMISE_LEAKS` is set. They are a third of what a program of a thousand accounts costs. The places in the
 * program that Pulumi saves in the state are not affected: for those it raises the limit itself.
 */
export function pauseStackTraces(): () => void {
  if (process.env["PULUMI_DEBUG_PROMISE_LEAKS"]) return () => {};
  const limit = Error.stackTraceLimit;
  Error.stackTraceLimit = 0;
  return () => {
    Error.stackTraceLimit = limit;
  };
}
