/** What Pulumi's dynamic-provider process prints of an error of ours before the engine shows its message. */
const PRINTED = "pulumi-subaccounts failed: see the error of the resource itself";

let isSilenced = false;

/** An error that Pulumi shows by its message alone, under the resource that it is about. */
export function shownError(message: string): Error {
  silence();
  const [text, stack] = PRINTED.split(": ");
  const error = new Error(message);
  error.toString = () => text ?? "";
  error.stack = stack ?? "";
  return error;
}

/**
 * Keeps one line out of the process's standard error: for read, delete, check and diff Pulumi prints `${error}: ${error.stack}`
 * of an error whose message it shows anyway, once for each resource that failed.
 */
function silence(): void {
  if (isSilenced) return;
  isSilenced = true;
  const print = console.error.bind(console);
  console.error = (...parts: unknown[]) => {
    if (parts.length !== 1 || parts[0] !== PRINTED) print(...parts);
  };
}
