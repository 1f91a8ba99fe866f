import { createReadStream } from "node:fs";
import { CommandError } from "./command-error";
import { problemOf } from "./doctor/report";
import { exportState } from "./doctor/stack";
import type { Wishes, World } from "./doctor/world";
import { type State, StateReader } from "./keys/state";
import { codeOf } from "./why";

/** Reads a file of `pulumi stack export`. @throws CommandError */
export async function stateOfFile(file: string): Promise<State> {
  const reader = new StateReader();
  try {
    // Shells of Windows write a byte order mark first.
    for await (const piece of createReadStream(file, "utf8")) reader.push(piece.replace(/^\uFEFF/, ""));
  } catch (error) {
    throw new CommandError([
      `the state ${file} cannot be read (${codeOf(error)}): give a file of pulumi stack export`,
    ]);
  }
  return ended(file, reader);
}

/** Asks Pulumi for the state of the stack, with its secrets encrypted. @throws CommandError */
export async function stateOfStack(world: World, wishes: Wishes, root: string): Promise<State> {
  const reader = new StateReader();
  const failed = await exportState(world, wishes, root, (piece) => reader.push(piece), false);
  if (failed !== undefined) throw new CommandError([problemOf(failed)]);
  return ended("the state", reader);
}

function ended(name: string, reader: StateReader): State {
  const state = reader.end();
  if (state !== undefined) return state;
  throw new CommandError([
    `${name} is not what pulumi stack export prints: it has no deployment with resources`,
  ]);
}
