import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join, resolve } from "node:path";
import { type CommandResult, startCommand } from "../../engine/command.mts";

const root = resolve(import.meta.dirname, "../..");
const SUB_ACCOUNT = /:SubAccount$/;

/** examples/fleet in a temporary folder, with `fake-pulumi.mjs` in the place of the CLI. */
export class FakeFleet {
  readonly folder: string;

  private constructor(folder: string) {
    this.folder = folder;
  }

  /** @param from another one, of which it is a copy */
  static open(from?: FakeFleet): FakeFleet {
    const folder = mkdtempSync(join(tmpdir(), "fleet-fake-"));
    if (from) {
      cpSync(from.folder, folder, { recursive: true, verbatimSymlinks: true });
      rmSync(join(folder, "pulumi/changes"), { force: true });
      return new FakeFleet(folder);
    }
    cpSync(join(root, "examples/fleet"), join(folder, "program"), {
      recursive: true,
      filter: (source) => !/node_modules|\.fleet|Pulumi\.prod/.test(source),
    });
    for (const name of ["bin", "pulumi"]) mkdirSync(join(folder, name));
    symlinkSync(join(root, "test/support/fake-pulumi.mjs"), join(folder, "bin/pulumi"));
    chmodSync(join(root, "test/support/fake-pulumi.mjs"), 0o755);
    const fleet = new FakeFleet(folder);
    fleet.write("Pulumi.prod.yaml", "config:\n  subaccounts:fleet: 5f0c6a9e-7d1b-4c55-9a3e-2b8f4e6d1c70\n");
    return fleet;
  }

  dispose(): void {
    rmSync(this.folder, { recursive: true, maxRetries: 5 });
  }

  run(args: readonly string[], env: Record<string, string> = {}): Promise<CommandResult> {
    return startCommand(process.execPath, [join(root, "dist/cli/main.js"), "fleet", ...args], {
      cwd: join(this.folder, "program"),
      env: {
        PATH: [join(this.folder, "bin"), dirname(process.execPath), "/usr/bin", "/bin"].join(delimiter),
        FAKE_PULUMI: join(this.folder, "pulumi"),
        PULUMI_BACKEND_URL: `file://${join(this.folder, "backend")}?metadata=skip`,
        ...env,
      },
    }).done;
  }

  read(file: string): string {
    return readFileSync(join(this.folder, "program", file), "utf8");
  }

  write(file: string, text: string): void {
    writeFileSync(join(this.folder, "program", file), text);
  }

  edit(file: string, from: string, to: string): void {
    const text = this.read(file);
    if (!text.includes(from)) throw new Error(`${file} has no ${from}`);
    this.write(file, text.replace(from, to));
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
}
