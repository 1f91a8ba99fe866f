/** The vendors have something else than the states: the same as of `examples/gitops`. */
export const DRIFT = 7;
