import { EXIT } from "./exit-codes";
import { codeOf } from "./why";

/**
 * Has a process that cannot write to its standard output say so in one line and exit with 1, once it has done what it was
 * asked to: one that makes or ends something at a vendor goes on.
 */
export function watchOutput(): void {
  let isBroken = false;
  process.stdout.on("error", (error) => {
    if (isBroken) return;
    isBroken = true;
    process.stderr.write(
      `error: standard output cannot be written (${codeOf(error)}), so the output is not complete\n`,
    );
  });
  process.stderr.on("error", () => {});
  process.on("exit", (code) => {
    if (isBroken && code !== EXIT.interrupted) process.exitCode = EXIT.failed;
  });
}

/** Ends the process after an error that no command foresees: in one line, or with its stack by `SUBACCOUNTS_DEBUG=1`. */
export async function endUnexpected(error: unknown): Promise<never> {
  const text = await textOf(error).catch(() => "something failed, and so did telling of it");
  process.stderr.write(`error: ${text}\n`);
  process.exit(EXIT.failed);
}

async function textOf(error: unknown): Promise<string> {
  if (isFolderGone(error))
    return "the folder that this was called in is not there any more: change to another one";
  // Loaded here: the command starts without the provider.
  const { SubaccountsError } = await import("../provider/core/base/errors.js");
  const { printable } = await import("../provider/core/base/printable.js");
  const { openRun } = await import("./open-run.js");
  const run = openRun({ folder: "/", env: process.env });
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof SubaccountsError) return run.shown(message);
  if (process.env["SUBACCOUNTS_DEBUG"] === "1" && error instanceof Error)
    return run.redactor.clean(error.stack ?? message);
  return `${printable(run.redactor.clean(message))}. This is a defect of subaccounts: run it again with SUBACCOUNTS_DEBUG=1 for the stack, and report it`;
}

function isFolderGone(error: unknown): boolean {
  return error instanceof Error && "syscall" in error && error.syscall === "uv_cwd";
}
