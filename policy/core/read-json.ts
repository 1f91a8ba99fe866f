import { readFileSync } from "node:fs";

/** Reads a file of JSON. @param refuse makes the error, of the reason why it cannot be read, which quotes nothing of it */
export function readJson(path: string, refuse: (why: string) => Error): unknown {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    // The text of a file that is no JSON may be a state, and so be quoted by the parser.
    throw refuse(error instanceof Error && "code" in error ? String(error.code) : "it is no JSON");
  }
}
