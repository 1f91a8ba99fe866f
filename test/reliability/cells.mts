import type { Outcome } from "./outcome.mts";

/** One cell of the table: an operation of a vendor, one of its calls, and what happened to it. */
export interface Cell {
  readonly face: string;
  readonly operation: string;
  readonly call: number;
  readonly label: string;
  readonly disturbance: string;
  readonly outcome: Outcome;
}

/** What a cell is known by. */
export function keyOf({ face, operation, call, disturbance }: Omit<Cell, "outcome" | "label">): string {
  return `${face} ${operation}, call ${call + 1}, ${disturbance}`;
}
