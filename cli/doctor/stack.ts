import { z } from "zod";
import { isObject } from "../../provider/core/base/json";
import type { Redactor } from "../../provider/core/base/redact";
import { OF_LAST_UP } from "../../provider/core/vendor-io/config";
import { connections } from "../../provider/core/vendor-io/named-connection";
import type { StackConfig } from "../../provider/core/vendor-io/stack-config";
import { clearKeys } from "./clear-keys";
import { checkPassphrase } from "./passphrase";
import { type Finding, fail, note, ok } from "./report";
import { readStackFile } from "./stack-file";
import { type Ended, run, stream, type Wishes, type World } from "./world";

/** A stack, as the provider will see it. */
export interface Stack {
  /** Undefined where none is selected, or none can be asked. */
  readonly name?: string;
  readonly findings: readonly Finding[];
  /** Empty where no stack is selected; undefined where there is one and its config cannot be read. */
  readonly config: StackConfig | undefined;
}

/** A state of many thousand accounts takes a while to fetch and decrypt, in milliseconds. */
const LONGEST_EXPORT_MS = 300_000;

const nothing: StackConfig = { get: () => undefined, keys: [] };

/** The stack of a folder without a project. */
export const NO_STACK: Stack = { findings: [], config: nothing };

const configReply = z.record(
  z.string(),
  z.looseObject({ value: z.string().optional(), secret: z.boolean().optional() }),
);

/** Asks Pulumi for the stack and its config. Pulumi's own words are never repeated: they may quote a value. */
export async function readStack(
  world: World,
  { stack }: Wishes,
  root: string,
  redactor: Redactor,
): Promise<Stack> {
  const options = stackOptions(stack);
  const shown = await run(world, "pulumi", ["stack", "--show-name", ...options], root);
  if (shown.outcome === "missing") return { findings: [], config: undefined };
  if (shown.outcome !== "done") return withoutStack(shown, stack);
  const name = shown.stdout.trim();
  const reply = await run(world, "pulumi", ["config", "--json", "--show-secrets", ...options], root);
  const values = reply.outcome === "done" ? parse(reply.stdout) : undefined;
  if (values === undefined)
    return { name, findings: [ok(`stack ${name}`), unreadable(reply)], config: undefined };
  const config: StackConfig = { get: (key) => values[key]?.value, keys: Object.keys(values) };
  for (const key of config.keys.filter(isOurs)) {
    if (values[key]?.secret || /ApiKey$/i.test(key)) redactor.add(config.get(key));
  }
  const entries = Object.values(connections(config.get("subaccounts:connections")) ?? {});
  for (const entry of entries) if (isObject(entry)) redactor.add(entry["apiKey"]);
  const hasKeys = entries.length > 0 || config.keys.some((key) => isOurs(key) && key.endsWith("ApiKey"));
  const file = readStackFile(root, name);
  const findings = [
    ok(`stack ${name}, its config can be read`),
    ...(await checkPassphrase(world.env, file)),
    ...clearKeys(values, file),
  ];
  if (hasKeys) {
    findings.push(note(`keys are in the config: the environment is the better place, since ${OF_LAST_UP}`));
  }
  return { name, findings, config };
}

/**
 * Reads the state of a stack as `pulumi stack export` prints it.
 *
 * @param onOutput gets it, piece by piece
 * @param showsSecrets they come in clear; else encrypted, and no passphrase is needed
 * @returns why there is none, or not all of it
 */
export async function exportState(
  world: World,
  { stack }: Wishes,
  root: string,
  onOutput: (piece: string) => void,
  showsSecrets = true,
): Promise<Finding | undefined> {
  const args = ["stack", "export", ...(showsSecrets ? ["--show-secrets"] : []), ...stackOptions(stack)];
  const reply = await stream(world, "pulumi", args, root, LONGEST_EXPORT_MS, onOutput);
  return reply.outcome === "done" ? undefined : unreadable(reply, "state", "pulumi stack export");
}

function stackOptions(stack: string | undefined): string[] {
  return ["--non-interactive", "--color=never", ...(stack === undefined ? [] : ["--stack", stack])];
}

function isOurs(key: string): boolean {
  return key.startsWith("subaccounts:");
}

function parse(json: string): z.infer<typeof configReply> | undefined {
  try {
    return configReply.parse(JSON.parse(json));
  } catch {
    // The error would quote the text.
    return undefined;
  }
}

/** Without a project or a login there is no stack either; without a stack the environment can be checked. */
function withoutStack({ outcome, stderr }: Ended, asked: string | undefined): Stack {
  if (outcome === "slow") {
    return {
      findings: [fail("`pulumi stack` gives no answer", "pulumi whoami --verbose")],
      config: undefined,
    };
  }
  if (/no stack named/.test(stderr)) {
    const mend =
      asked === undefined ? "pulumi stack select" : `pulumi stack ls, or pulumi stack init ${asked}`;
    return {
      findings: [fail(`there is no stack ${asked ?? "of the selected name"}`, mend)],
      config: undefined,
    };
  }
  if (/no stack selected/.test(stderr)) {
    const text = "no stack is selected: below are the environment variables alone";
    return { findings: [note(text, "pulumi stack select, or pulumi stack init dev")], config: nothing };
  }
  if (/PULUMI_ACCESS_TOKEN|pulumi login/.test(stderr)) {
    return {
      findings: [fail("Pulumi is not logged in to where it keeps its stacks", "pulumi login")],
      config: undefined,
    };
  }
  return { findings: [fail("`pulumi stack` fails; it says why", "pulumi stack")], config: undefined };
}

function unreadable(
  { outcome, stderr }: Ended,
  what = "config",
  command = "pulumi config --show-secrets",
): Finding {
  if (outcome === "slow") return fail(`\`${command}\` gives no answer`, command);
  if (/passphrase/.test(stderr)) {
    return fail(
      `the ${what} cannot be decrypted: the passphrase is ${/incorrect/.test(stderr) ? "wrong" : "not set"}`,
      "export PULUMI_CONFIG_PASSPHRASE=<the stack's passphrase>",
    );
  }
  if (/no stack selected/.test(stderr))
    return fail("no stack is selected", "pulumi stack select, or --stack <name>");
  return fail(`the ${what} cannot be read; Pulumi says why`, command);
}
