import { readFileSync } from "node:fs";
import { CommandError } from "./command-error";
import { readState, type State } from "./keys/state";
import { codeOf } from "./why";

/** The text of a file of `pulumi stack export`. @throws CommandError */
export function stateText(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new CommandError([
      `the state ${file} cannot be read (${codeOf(error)}): give a file of pulumi stack export`,
    ]);
  }
}

/** The state in a text of `pulumi stack export`, of which `name` says where it is from. @throws CommandError */
export function stateIn(name: string, text: string): State {
  const state = readState(text);
  if (state !== undefined) return state;
  throw new CommandError([
    `${name} is not what pulumi stack export prints: it has no deployment with resources`,
  ]);
}
