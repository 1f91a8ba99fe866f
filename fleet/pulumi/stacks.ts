import { cpSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import { isObject } from "../../provider/core/base/json";
import { LostError } from "../engine/engine";
import type { Lease } from "../engine/lease";
import { FleetError } from "../fleet-error";
import { configFileOf } from "../inputs";
import type { Fleet } from "../shards/file";
import { type CommandOptions, type Ended, pulumi } from "./command";
import { lockedBecause } from "./locks";

/** The tag of a stack with what its last `up` did: see {@link Kept}. */
export const TAG = "subaccounts:fleet";

/** A resource that no stack has. */
const NOTHING = "urn:pulumi:none::none::none:none:None::none";

/** The record of its last `up` in a stack's tag. */
export interface Kept {
  /**
   * `done`: it ended well; `running`: it began and may have been killed; `failed`: it ended, not well; `moving`: tenants are
   * on their way into the stack or out of it; `none`: nothing.
   */
  readonly state: (typeof STATES)[number] | "none";
  /** The hash of the inputs of an `up` that is done. */
  readonly inputs?: string;
  /** When a key is to rotate or to be revoked, in ms since the epoch. */
  readonly dueMs?: number;
  /** The hash of the external ids of the tenants that the stack has then. */
  readonly tenants?: string;
}

const STATES = ["done", "running", "failed", "moving"] as const;

/** The signals that end a command. */
type Signals = Pick<CommandOptions, "interrupt" | "lease" | "started">;

/** The stacks of a fleet, by the Pulumi CLI. */
export class Stacks {
  readonly #fleet: Fleet;
  readonly #env: NodeJS.ProcessEnv;
  readonly #folder: string;

  readonly #envOf: (stack: string) => NodeJS.ProcessEnv;

  /** @param envOf what the program of a stack gets in its environment beside `env` */
  constructor(
    fleet: Fleet,
    env: NodeJS.ProcessEnv,
    envOf: (stack: string) => NodeJS.ProcessEnv = () => ({}),
  ) {
    this.#fleet = fleet;
    this.#env = env;
    this.#envOf = envOf;
    this.#folder = resolve(fleet.folder, fleet.program);
  }

  /** The same stacks in another environment. */
  within(env: NodeJS.ProcessEnv): Stacks {
    return new Stacks(this.#fleet, env, this.#envOf);
  }

  /** The version of the CLI. @throws FleetError where there is none */
  async version(): Promise<string> {
    const { code, stdout, lines } = await this.#run(["version"]);
    if (code === 0) return stdout.trim();
    throw new FleetError(
      code === undefined
        ? "pulumi cannot be run: install the Pulumi CLI, and have it on PATH"
        : `pulumi version fails (${lastLine(lines)}): look at the CLI and at the variables PULUMI_* of the environment`,
    );
  }

  /** Reads what a stack's last `up` left. @returns undefined where there is no such stack @throws FleetError */
  async kept(stack: string): Promise<Kept | undefined> {
    const { code, stdout, lines } = await this.#run(["stack", "tag", "get", TAG, "--stack", stack]);
    if (code === 0) return keptOf(stdout.trim());
    const text = lines.join("\n");
    if (text.includes("no stack named")) return undefined;
    if (text.includes("not found for stack")) return { state: "none" };
    throw new FleetError(`the tags of stack ${stack} cannot be read: ${lastLine(lines)}`);
  }

  /** Keeps with a stack what its `up` did. @throws FleetError */
  async keep(stack: string, kept: Kept, lease: Lease): Promise<void> {
    const { state, inputs, dueMs, tenants } = kept;
    const due = dueMs === undefined ? "-" : new Date(dueMs).toISOString();
    const text = [state, ...(inputs === undefined ? [] : [inputs, due, tenants ?? "-"])].join(" ");
    const args = ["stack", "tag", "set", TAG, text, "--stack", stack];
    await this.#must(args, `stack ${stack} cannot be tagged`, { lease });
  }

  /**
   * Makes a stack. The configuration file that Pulumi writes with it goes to a folder of its own: all stacks of a fleet
   * have one configuration.
   */
  async init(stack: string): Promise<void> {
    const provider = secretsProviderOf(configFileOf(this.#fleet));
    const folder = mkdtempSync(join(tmpdir(), "fleet-stack-"));
    try {
      cpSync(join(this.#folder, "Pulumi.yaml"), join(folder, "Pulumi.yaml"));
      const secrets = provider === undefined ? [] : ["--secrets-provider", provider];
      const args = ["stack", "init", stack, "--no-select", ...secrets];
      await this.#must(args, `stack ${stack} cannot be made`, { folder });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }

  /** `pulumi up`, without a preview unless a policy pack looks at one. */
  up(stack: string, env: NodeJS.ProcessEnv, signals: Signals): Promise<Ended> {
    const { pack, config } = this.#fleet.policies;
    const preview = pack === undefined ? ["--skip-preview"] : [];
    const flags = ["--yes", "--continue-on-error", "--suppress-outputs", "--suppress-progress", ...preview];
    return this.#operation(
      "up",
      stack,
      [...flags, ...policyFlags(this.#fleet.folder, pack, config)],
      env,
      signals,
    );
  }

  preview(stack: string, signals: Signals = {}): Promise<Ended> {
    const { pack, config } = this.#fleet.policies;
    const flags = [
      "--suppress-outputs",
      "--suppress-progress",
      ...policyFlags(this.#fleet.folder, pack, config),
    ];
    return this.#operation("preview", stack, flags, {}, signals);
  }

  /** `pulumi refresh`; with `isDrift` it changes nothing, and ends with another code than 0 where something differs. */
  refresh(stack: string, isDrift: boolean, env: NodeJS.ProcessEnv, signals: Signals): Promise<Ended> {
    const flags = isDrift ? ["--preview-only", "--expect-no-changes"] : ["--yes", "--skip-preview"];
    return this.#operation(
      "refresh",
      stack,
      ["--suppress-outputs", "--suppress-progress", ...flags],
      env,
      signals,
    );
  }

  /** Takes the pending operations out of a state, by a refresh of this resource alone, which is to have no provider. */
  forgetPending(stack: string, urn: string, signals: Signals): Promise<Ended> {
    const flags = [
      "--yes",
      "--skip-preview",
      "--clear-pending-creates",
      "--target",
      urn,
      "--suppress-outputs",
    ];
    return this.#operation("refresh", stack, flags, {}, signals);
  }

  /** Releases the locks of a stack, whosever they are. */
  async unlock(stack: string, lease?: Lease): Promise<void> {
    await this.#must(["cancel", "--yes", "--stack", stack], `stack ${stack} cannot be unlocked`, { lease });
  }

  /** Asks for a refresh of nothing, which a lock refuses. `isFree`: it was refused since there is nothing, and for no lock. */
  async probeLock(stack: string): Promise<Ended & { readonly isFree: boolean }> {
    const flags = ["--yes", "--skip-preview", "--target", NOTHING];
    const ended = await this.#operation("refresh", stack, flags, {}, {});
    const isFree = ended.code !== 0 && /no (resource|stack) named/.test(ended.lines.join("\n"));
    return { ...ended, isFree };
  }

  /** The outputs of a stack, secret ones as `[secret]`; undefined where there is no such stack. @throws FleetError */
  async outputs(stack: string): Promise<Record<string, unknown> | undefined> {
    const { code, stdout, lines } = await this.#run(["stack", "output", "--json", "--stack", stack]);
    if (lines.join("\n").includes("no stack named")) return undefined;
    const outputs = code === 0 ? parsed(stdout) : undefined;
    if (outputs === undefined)
      throw new FleetError(`the outputs of stack ${stack} cannot be read: ${lastLine(lines)}`);
    return outputs;
  }

  /** The resources of a stack's state, secrets encrypted. @throws FleetError */
  async resources(stack: string): Promise<StateResource[]> {
    return (await this.deployment(stack)).resources ?? [];
  }

  /** A stack's state, secrets encrypted. @throws FleetError */
  async deployment(stack: string): Promise<z.infer<typeof exported>["deployment"]> {
    const { code, stdout, lines } = await this.#run(["stack", "export", "--stack", stack]);
    const { data } = exported.safeParse(code === 0 ? parsed(stdout) : undefined);
    if (data === undefined)
      throw new FleetError(
        `the state of stack ${stack} cannot be read: ${lastLine(lines)}${adviceOn(lines)}`,
      );
    return data.deployment;
  }

  #operation(
    name: string,
    stack: string,
    flags: readonly string[],
    env: NodeJS.ProcessEnv,
    signals: Signals,
  ) {
    const config = ["--config-file", configFileOf(this.#fleet)];
    return pulumi([name, "--stack", stack, ...config, ...flags], {
      folder: this.#folder,
      env: { ...this.#env, ...this.#envOf(stack), ...env },
      ...signals,
    });
  }

  #run(args: readonly string[], options: Partial<CommandOptions> = {}): Promise<Ended> {
    return pulumi(args, { folder: this.#folder, env: this.#env, ...options });
  }

  async #must(args: readonly string[], what: string, options: Partial<CommandOptions> = {}): Promise<void> {
    const { code, lines } = await this.#run(args, options);
    if (code === undefined && options.lease?.lost.aborted) throw new LostError();
    if (code !== 0) throw new FleetError(`${what}: ${lastLine(lines)}`);
  }
}

const resource = z.looseObject({
  type: z.string(),
  urn: z.string(),
  id: z.string().optional(),
  inputs: z.record(z.string(), z.unknown()).optional(),
  outputs: z.record(z.string(), z.unknown()).optional(),
});
const exported = z.looseObject({
  deployment: z.looseObject({
    resources: z.array(resource).nullish(),
    pending_operations: z.array(z.unknown()).nullish(),
  }),
});

/** A resource of an exported state. */
export type StateResource = z.infer<typeof resource>;

function keptOf(text: string): Kept {
  const [word, inputs, due, tenants = "-"] = text.split(" ");
  const state = STATES.find((each) => each === word) ?? "none";
  if (state !== "done") return { state };
  const dueMs = Date.parse(due ?? "");
  return {
    state,
    ...(inputs ? { inputs } : {}),
    ...(Number.isNaN(dueMs) ? {} : { dueMs }),
    ...(tenants === "-" ? {} : { tenants }),
  };
}

function policyFlags(folder: string, pack: string | undefined, config: string | undefined): string[] {
  if (pack === undefined) return [];
  const settings = config === undefined ? [] : ["--policy-pack-config", resolve(folder, config)];
  return ["--policy-pack", resolve(folder, pack), ...settings];
}

/** The key service of a configuration; undefined for a passphrase. */
function secretsProviderOf(file: string): string | undefined {
  const config: unknown = parse(readFileSync(file, "utf8"));
  const provider = isObject(config) ? config["secretsprovider"] : undefined;
  return typeof provider === "string" ? provider : undefined;
}

function parsed(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Advice on a truncated state; empty for other failures. */
function adviceOn(lines: readonly string[]): string {
  const isCut = lines.some((line) => line.includes("failed to load checkpoint: EOF"));
  return isCut
    ? ". The <stack>.json.attrs beside it was being written when a run was killed: delete it if it is empty"
    : "";
}

/** The last line in which Pulumi says something; of a lock, whose it is. */
export function lastLine(lines: readonly string[]): string {
  const locked = lockedBecause(lines);
  if (locked !== undefined) return locked;
  const said = lines.filter((line) => line.trim() !== "");
  return said.findLast((line) => line.includes("error:")) ?? said.at(-1) ?? "it says nothing";
}
