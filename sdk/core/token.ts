/** A Pulumi type token of this package: stored in every state file, so never changed. */
export type TypeToken = `pulumi-nodejs:dynamic/subaccounts/${string}:${string}`;

/** The type token of a resource class, for example `pulumi-nodejs:dynamic/subaccounts/zavu:SubAccount`. */
export function typeToken(module: string, kind: string): TypeToken {
  return `pulumi-nodejs:dynamic/subaccounts/${module}:${kind}`;
}

/**
 * The text Pulumi evaluates in the dynamic-provider process to find a resource's handler. State stores it and
 * runs it for years (`refresh` and `destroy` use the stored text), so neither it nor the export it names changes.
 */
export function providerLine(vendor: string, kind: string): string {
  const handler = vendor === "index" ? lowerFirst(kind) : `${vendor}${kind}`;
  return `exports.handler=()=>require("pulumi-subaccounts/provider").${handler};`;
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
