import { resolve } from "node:path";
import { z } from "zod";
import { FleetError } from "../fleet-error";
import type { Fleet } from "../shards/file";
import { type CommandOptions, type Ended, pulumi } from "./command";
import { lastLine, type StateResource, TAG } from "./stacks";

const ROOT = "pulumi:pulumi:Stack";

/** Whether a resource calls no vendor and is of no customer. */
export function isPulumis({ type }: StateResource): boolean {
  return type === ROOT || type.startsWith("pulumi:providers:") || type.endsWith("subaccounts/index:Owner");
}

/** The claims under which a command changes states. */
export interface EditClaims extends Pick<CommandOptions, "lease" | "started"> {
  /** Whether a command was refused for locks that earlier holders of the claims have left. */
  isLeftLocked(ended: Ended): Promise<boolean>;
}

const listed = z.array(z.looseObject({ name: z.string() }));

/** Changes of states alone: no vendor is called. */
export class StateEdits {
  readonly #options: Pick<CommandOptions, "folder" | "env">;

  constructor(fleet: Fleet, env: NodeJS.ProcessEnv) {
    this.#options = { folder: resolve(fleet.folder, fleet.program), env };
  }

  /**
   * Moves resources with their children to the state of another stack. Pulumi saves that one first: a kill between the two
   * leaves them in both.
   */
  async move(from: string, to: string, urns: readonly string[], claims: EditClaims): Promise<void> {
    const args = ["state", "move", "--yes", "--source", from, "--dest", to, ...urns];
    await this.#must(args, [from, to], `tenants of stack ${from} cannot be moved to ${to}`, claims);
  }

  /** Takes resources with their children out of a state; their accounts stay as they are. */
  async forget(stack: string, urns: readonly string[], claims: EditClaims): Promise<void> {
    const flags = ["--yes", "--force", "--target-dependents", "--stack", stack];
    const what = `tenants cannot be taken out of the state of ${stack}`;
    for (const urn of urns) await this.#must(["state", "delete", ...flags, urn], [stack], what, claims);
  }

  /** The stacks of the project in its backend. Reads all of them: for commands that run now and then. @throws FleetError */
  async names(): Promise<string[]> {
    const { code, stdout, lines } = await this.#run(["stack", "ls", "--json"]);
    if (code !== 0) throw new FleetError(`the stacks cannot be listed: ${lastLine(lines)}`);
    return listed.parse(JSON.parse(stdout)).map(({ name }) => name.slice(name.lastIndexOf("/") + 1));
  }

  /** Whether a stack has the tag of a fleet. @throws FleetError */
  async isOfFleet(stack: string): Promise<boolean> {
    const { code } = await this.#run(["stack", "tag", "get", TAG, "--stack", stack]);
    return code === 0;
  }

  /**
   * Removes a stack of whose resources only Pulumi's own and our owner are left. Whatever else there is has Pulumi refuse it.
   * @throws FleetError
   */
  async remove(stack: string, resources: readonly StateResource[], claims: EditClaims): Promise<void> {
    const own = resources.filter(({ type }) => type !== ROOT).map(({ urn }) => urn);
    const what = `stack ${stack} cannot be removed`;
    if (own.length > 0)
      await this.#must(["state", "delete", "--yes", "--stack", stack, ...own], [stack], what, claims);
    await this.#must(["stack", "rm", "--yes", "--preserve-config", "--stack", stack], [stack], what, claims);
  }

  /** Runs a command; locks that a killed one has left are released once. */
  async #must(
    args: readonly string[],
    stacks: readonly string[],
    what: string,
    claims: EditClaims,
  ): Promise<void> {
    const { lease, started } = claims;
    let ended = await this.#run(args, { lease, started });
    if (await claims.isLeftLocked(ended)) {
      for (const stack of stacks) await this.#run(["cancel", "--yes", "--stack", stack], { lease });
      ended = await this.#run(args, { lease, started });
    }
    if (ended.code !== 0) throw new FleetError(`${what}: ${lastLine(ended.lines)}`);
  }

  #run(args: readonly string[], signals: Partial<CommandOptions> = {}): Promise<Ended> {
    return pulumi(args, { ...this.#options, ...signals });
  }
}
