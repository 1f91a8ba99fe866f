/** A refusal of the fleet's commands and functions; its message is for people. */
export class FleetError extends Error {
  override name = "FleetError";
}

/** The refusal of what is not safe while the states of a stack's tenants are on their way. */
export function moveBegun(stack: string): FleetError {
  return new FleetError(
    `a move of tenants of stack ${stack} has not ended: run subaccounts fleet move first`,
  );
}
