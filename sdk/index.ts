/** Declare customer sub-accounts at Zavu (messaging) and Bolna (voice agents) in a Pulumi program. */
export * as bolna from "./bolna";
export * as zavu from "./zavu";
