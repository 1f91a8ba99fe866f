import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, expect } from "vitest";
import type { CommandResult } from "../../engine/command.mts";
import { FakeFleet } from "./fake-fleet";

const SUB_ACCOUNT = /:SubAccount$/;

/** A {@link FakeFleet} for tests of where its tenants are. */
export class MovedFleet extends FakeFleet {
  command(args: readonly string[], env: Record<string, string> = {}): Promise<CommandResult> {
    return this.start(args, "program", env).done;
  }

  /** The text of a file of the program. */
  text(file: string): string {
    return readFileSync(join(this.folder, "program", file), "utf8");
  }

  write(file: string, text: string): void {
    writeFileSync(join(this.folder, "program", file), text);
  }

  /** Loses the engine's database and whatever else this machine notes. */
  forget(): void {
    rmSync(join(this.folder, "program/.fleet"), { recursive: true });
  }

  /** Writes a file of the backend, below `.pulumi`. */
  writeBackend(file: string, text = "{}"): void {
    const path = join(this.folder, "backend/.pulumi", file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }

  /** The names in a folder of the backend. */
  backendNames(folder: string): string[] {
    return readdirSync(join(this.folder, "backend/.pulumi", folder)).toSorted();
  }

  /** Writes or removes a file of the fake, such as `drift/<stack>`. */
  mark(file: string, isThere = true): void {
    const path = join(this.folder, "pulumi", file);
    mkdirSync(dirname(path), { recursive: true });
    if (isThere) writeFileSync(path, "");
    else rmSync(path);
  }

  /** Accounts that were made and ended since the last call of this. */
  accounts(): string[] {
    const file = join(this.folder, "pulumi/accounts");
    const lines = existsSync(file) ? readFileSync(file, "utf8").trim().split("\n") : [];
    rmSync(file, { force: true });
    return lines;
  }

  /** The tags of all stacks, by their first word. */
  tags(): Record<string, string> {
    const folder = join(this.folder, "pulumi/tags");
    return Object.fromEntries(
      readdirSync(folder).map((stack) => [
        stack,
        readFileSync(join(folder, stack), "utf8").split(" ", 1)[0] ?? "",
      ]),
    );
  }

  /** The stacks whose states have each tenant's account, with the owner that its marker names. */
  places(): Record<string, string[]> {
    const folder = join(this.folder, "pulumi/states");
    const places: Record<string, string[]> = {};
    for (const stack of readdirSync(folder)) {
      for (const { type, inputs } of JSON.parse(readFileSync(join(folder, stack), "utf8"))) {
        if (!SUB_ACCOUNT.test(type)) continue;
        const owner = String(inputs.__owner).replace(/^owner (.*?)::.*$/, "$1");
        const place = owner === stack ? stack : `${stack} of ${owner}`;
        places[inputs.externalId] = [...(places[inputs.externalId] ?? []), place];
      }
    }
    return places;
  }

  /** Everything stands as if it had been declared so from the first: nothing was made or ended, nothing is left to do. */
  async expectSettled(places: Record<string, string>): Promise<void> {
    expect(this.accounts()).toEqual([]);
    const now = this.places();
    expect(Object.keys(now)).toHaveLength(12);
    for (const [tenant, stacks] of Object.entries(now)) expect(stacks, tenant).toHaveLength(1);
    for (const [tenant, stack] of Object.entries(places)) expect(now[tenant], tenant).toEqual([stack]);
    const { output } = await this.command(["up"]);
    expect(output).toBe("Nothing to do: every shard is as its last up left it.\n");
  }
}

/** A fleet that is made, since an `up` takes a while, and a copy of it for each test of a file. */
export function copiedFleet(): { readonly made: MovedFleet; readonly fleet: MovedFleet } {
  const own = {} as { made: MovedFleet; fleet: MovedFleet };
  beforeAll(async () => {
    own.made = new MovedFleet();
    await own.made.command(["up"]);
    own.made.accounts();
  }, 120_000);
  afterAll(() => own.made.dispose());
  beforeEach(() => {
    own.fleet = new MovedFleet(own.made);
  });
  afterEach(() => own.fleet.dispose());
  return own;
}
