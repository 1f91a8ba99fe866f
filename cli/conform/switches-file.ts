import { existsSync, readFileSync } from "node:fs";
import { isVendor } from "./dry-run";

/** Whether a file may be overwritten: it is not there, it is empty, or it holds switches by vendor. */
export function isOfSwitches(file: string): boolean {
  if (!existsSync(file)) return true;
  try {
    const text = readFileSync(file, "utf8");
    const held: unknown = text.trim() === "" ? {} : JSON.parse(text);
    if (typeof held !== "object" || held === null) return false;
    return Object.entries(held).every(([key, value]) => isVendor(key) && isPlain(value));
  } catch {
    return false;
  }
}

/** Switches are values, not records. */
function isPlain(value: unknown): boolean {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  return Object.values(value).every((each) => typeof each !== "object" || each === null);
}
