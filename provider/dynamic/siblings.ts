import { createHash } from "node:crypto";
import { appendFileSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import type { Siblings } from "../core/base/run";
import { engineAddress } from "./engine-address";

/**
 * Exchanges notes between the provider processes of one operation. There are two where Pulumi's own provider resource is
 * replaced by force: the new one is told what the program declares, and the old one is told to delete.
 *
 * Each process writes a file of hashes into the temporary folder, named by the engine's port and its own pid; it counts
 * while the process lives, which is until the operation ends.
 */
export function siblingsOf(address = engineAddress()): Siblings {
  const folder = join(tmpdir(), `pulumi-subaccounts-${userInfo().uid}`);
  const prefix = `${address?.port ?? "none"}-`;
  const own = `${prefix}${process.pid}`;
  let state: "new" | "open" | "broken" = "new";
  const read = new Map<string, { readonly size: number; readonly lines: ReadonlySet<string> }>();
  return {
    tell(key) {
      if (address === undefined || state === "broken") return;
      try {
        if (state === "new") open();
        appendFileSync(join(folder, own), `${hashOf(key)}\n`, { mode: 0o600 });
      } catch (error) {
        state = "broken";
        process.stderr.write(
          `warning: pulumi-subaccounts cannot write to ${folder} (${error instanceof Error ? error.message : error}): in an ` +
            "up that replaces Pulumi's provider resource by force, it cannot tell what is replaced from what is deleted\n",
        );
      }
    },
    told(key) {
      if (address === undefined) return false;
      const line = hashOf(key);
      return names(folder).some((name) => isLiveSibling(name) && linesOf(name).has(line));
    },
  };

  function open(): void {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    for (const name of names(folder)) if (!isAlive(name)) rmSync(join(folder, name), { force: true });
    process.on("exit", () => rmSync(join(folder, own), { force: true }));
    state = "open";
  }

  /** The notes of a sibling; read again when its file has grown. */
  function linesOf(name: string): ReadonlySet<string> {
    const file = join(folder, name);
    try {
      const { size } = statSync(file);
      const before = read.get(name);
      if (before?.size === size) return before.lines;
      const lines = new Set(readFileSync(file, "utf8").split("\n"));
      read.set(name, { size, lines });
      return lines;
    } catch {
      return new Set();
    }
  }

  function isLiveSibling(name: string): boolean {
    return name.startsWith(prefix) && name !== own && isAlive(name);
  }
}

function names(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** Whether the process lives that a file is named after. */
function isAlive(name: string): boolean {
  try {
    return process.kill(Number(name.split("-")[1]), 0);
  } catch (error) {
    // It lives and is another user's.
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}

function hashOf(key: string): string {
  return createHash("sha256").update(key).digest("base64url").slice(0, 16);
}
