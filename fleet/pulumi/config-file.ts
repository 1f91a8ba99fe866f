import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join, resolve } from "node:path";
import { Document, parse, parseDocument } from "yaml";
import { FleetError } from "../fleet-error";
import { configFileOf } from "../inputs";
import type { Fleet } from "../shards/file";
import { pulumi } from "./command";

const FLEET = "subaccounts:fleet";

/** Checks the configuration that all stacks of a fleet share. @throws FleetError */
export function checkConfigFile(fleet: Fleet): void {
  const file = configFileOf(fleet);
  if (!existsSync(file)) {
    throw new FleetError(
      `there is no ${file}, the configuration of all stacks of the fleet: subaccounts fleet init writes it, or restore the one that is lost`,
    );
  }
  const id = parseDocument(readFileSync(file, "utf8")).getIn(["config", FLEET]);
  if (id === fleet.id) return;
  throw new FleetError(
    `${basename(file)} has ${id === undefined ? `no ${FLEET}` : `another ${FLEET} than the id of fleet.yaml`}, by which a killed first up is taken up: write ${FLEET}: ${fleet.id} below config in it`,
  );
}

/**
 * Writes the first configuration: with what encrypts secrets, as Pulumi itself makes it, and with the fleet id.
 * @returns the file, or undefined where there is one
 */
export async function writeConfigFile(
  fleet: Fleet,
  env: NodeJS.ProcessEnv,
  secretsProvider?: string,
): Promise<string | undefined> {
  const file = configFileOf(fleet);
  if (existsSync(file)) return undefined;
  const text =
    isCloud(env) && secretsProvider === undefined ? "" : await encryption(fleet, env, secretsProvider);
  const document = new Document(parse(text) ?? {});
  document.setIn(["config", FLEET], fleet.id);
  writeFileSync(file, document.toString());
  return file;
}

/** Has Pulumi write the file of a new stack, which is made in a backend that is thrown away. */
async function encryption(
  fleet: Fleet,
  env: NodeJS.ProcessEnv,
  provider: string | undefined,
): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "fleet-config-"));
  try {
    copyFileSync(join(resolve(fleet.folder, fleet.program), "Pulumi.yaml"), join(folder, "Pulumi.yaml"));
    const flags = provider === undefined ? [] : ["--secrets-provider", provider];
    const { code, lines } = await pulumi(["stack", "init", fleet.stack, "--no-select", ...flags], {
      folder,
      env: { ...env, PULUMI_BACKEND_URL: `file://${folder}?metadata=skip` },
    });
    if (code !== 0)
      throw new FleetError(`the configuration cannot be made: ${lines.at(-1) ?? "pulumi says nothing"}`);
    return readFileSync(join(folder, `Pulumi.${fleet.stack}.yaml`), "utf8");
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Pulumi Cloud keeps what encrypts secrets. */
function isCloud({ PULUMI_BACKEND_URL: url }: NodeJS.ProcessEnv): boolean {
  return url === undefined || url.startsWith("https://");
}
