/** A refusal of the fleet's commands and functions; its message is for people. */
export class FleetError extends Error {
  override name = "FleetError";
}
