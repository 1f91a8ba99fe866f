import { SubaccountsError } from "./errors";

/** The oldest Node that undici runs on, as `engines` of package.json and the SDK have it. */
const OLDEST_NODE = [22, 19] as const;

/**
 * Refuses a Node that is too old, before undici is loaded, which fails there with a TypeError. `refresh` and `destroy` run
 * no program that could have refused it.
 *
 * @throws SubaccountsError
 */
export function refuseOldNode(version: string = process.versions.node): void {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  if (major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1])) return;
  throw new SubaccountsError(
    `pulumi-subaccounts needs Node ${OLDEST_NODE.join(".")} or newer; this is ${version} (${process.execPath}). Nothing was ` +
      "sent. Put a newer Node first on PATH: Pulumi starts the provider with it",
  );
}
