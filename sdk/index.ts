/**
 * Declare customer sub-accounts at Zavu (messaging), bctrl (browser automation) and Bolna (voice agents) in a Pulumi
 * program.
 */
export * as bctrl from "./bctrl";
export * as bolna from "./bolna";
export * from "./tenant";
export * as zavu from "./zavu";
