import { realpathSync } from "node:fs";
import { dirname } from "node:path";
import { z } from "zod";
import { type Manifest, manifestIn, ownFolder } from "../package";
import { type Finding, fail, note, ok } from "./report";
import { isWithin, run, type World } from "./world";

/** The oldest Pulumi CLI that the package is tested with. */
export const OLDEST_CLI = "3.259.0";

/** Findings about Node, the CLI and the packages. */
export interface Machine {
  readonly machine: readonly Finding[];
  /** The packages that the program finds from its folder. */
  readonly packages: readonly Finding[];
  /** Why this process cannot call a vendor. */
  readonly cannotCall: string | undefined;
}

/** Looks at Node, the Pulumi CLI, and the packages as seen from the program's folder. */
export async function machine(world: World, programFolder: string): Promise<Machine> {
  const own = manifestIn(ownFolder());
  const oldest = /[\d.]+/.exec(own.engines?.node ?? "")?.[0] ?? "";
  const [seen, cli] = await Promise.all([lookAround(world, programFolder), pulumiCli(world, programFolder)]);
  const nodes: Finding[] = [];
  const mend = `install Node ${oldest} or newer (https://nodejs.org), and have it first on PATH`;
  if (seen === undefined) {
    nodes.push(fail("there is no node on PATH that runs, and Pulumi starts programs with it", mend));
  } else {
    const which = `Node ${seen.node} (${seen.execPath})`;
    nodes.push(isWithin(seen.node, oldest) ? ok(which) : fail(`${which} is older than ${oldest}`, mend));
  }
  const { node } = process.versions;
  const isOld = !isWithin(node, oldest);
  if (isOld && seen?.node !== node)
    nodes.push(fail(`this command runs on Node ${node}, older than ${oldest}`, mend));
  return {
    machine: [...nodes, cli, ...engineBehindProxy(world.env)],
    packages:
      seen === undefined
        ? []
        : [pulumiPackage(seen, own, programFolder), ...ourPackage(seen, own, programFolder)],
    cannotCall: isOld ? `Node ${node} is too old` : undefined,
  };
}

async function pulumiCli(world: World, folder: string): Promise<Finding> {
  const { outcome, stdout } = await run(world, "pulumi", ["version"], folder);
  const mend = `install the Pulumi CLI ${OLDEST_CLI} or newer: https://www.pulumi.com/docs/install`;
  const version = stdout.trim().replace(/^v/, "");
  if (outcome === "missing") return fail("there is no Pulumi CLI on PATH", mend);
  if (outcome !== "done" || version === "") return fail("`pulumi version` does not answer", mend);
  if (isWithin(version, OLDEST_CLI, 4)) return ok(`Pulumi CLI ${version}`);
  return fail(`the Pulumi CLI is ${version}; ${OLDEST_CLI} or newer of 3.x is needed`, mend);
}

/**
 * A program talks to Pulumi's engine on this machine by gRPC, which sends even that to a proxy named in lower case
 * (`getProxyInfo` in @grpc/grpc-js).
 */
function engineBehindProxy(env: World["env"]): Finding[] {
  const variable = ["grpc_proxy", "https_proxy", "http_proxy"].find((name) => env[name]);
  const exempt = env["no_grpc_proxy"] || env["no_proxy"] || "";
  if (variable === undefined || /(?:^|,)127\.[\d.]+(?:\/\d+)?(?:,|$)/.test(exempt)) return [];
  const text = `${variable} (in lower case) is taken by Pulumi's own gRPC too, so a program would ask that proxy for its engine at 127.0.0.1`;
  return [fail(text, `export no_proxy=127.0.0.1${exempt && `,${exempt}`}`)];
}

const surroundings = z.object({
  node: z.string(),
  execPath: z.string(),
  pulumi: z.string().optional(),
  ours: z.string().optional(),
  problem: z.string().optional(),
});

/** The package that Pulumi's dynamic-provider process would find. */
type Seen = z.infer<typeof surroundings>;

/**
 * Runs in the program's folder on the Node that Pulumi would start, and finds packages as the `__provider` line does:
 * from a module without a file, so that a package never finds itself, whatever folder it is called in.
 */
const LOOK = `
const Module = require("node:module");
const line = new Module("");
line.filename = "";
line.paths = Module._nodeModulePaths(".");
const find = (name) => { try { return Module._resolveFilename(name, line); } catch {} };
let problem;
try { line.require("pulumi-subaccounts/provider"); } catch (error) { problem = String(error.message).split("\\n")[0]; }
const { versions, execPath } = process;
const [pulumi, ours] = ["@pulumi/pulumi", "pulumi-subaccounts"].map((name) => find(name + "/package.json"));
process.stdout.write("\\n" + JSON.stringify({ node: versions.node, execPath, pulumi, ours, problem }));
`;

async function lookAround(world: World, programFolder: string): Promise<Seen | undefined> {
  const { stdout } = await run(world, "node", ["-e", LOOK], programFolder);
  try {
    return surroundings.parse(JSON.parse(stdout.slice(stdout.lastIndexOf("\n"))));
  } catch {
    return undefined;
  }
}

function pulumiPackage({ pulumi }: Seen, own: Manifest, programFolder: string): Finding {
  const range = own.peerDependencies?.["@pulumi/pulumi"] ?? "";
  const mend = `in ${programFolder}: npm install "@pulumi/pulumi@${range}"`;
  if (pulumi === undefined) return fail(`@pulumi/pulumi is not found from ${programFolder}`, mend);
  const { version } = manifestIn(dirname(pulumi));
  const [, least = "", below] = /([\d.]+)\s*<\s*(\d+)/.exec(range) ?? [];
  if (isWithin(version, least, Number(below))) return ok(`@pulumi/pulumi ${version}`);
  return fail(`@pulumi/pulumi is ${version}, and not ${range}`, mend);
}

function ourPackage({ ours, problem }: Seen, own: Manifest, programFolder: string): Finding[] {
  const name = "pulumi-subaccounts";
  if (ours === undefined) {
    return [
      fail(
        `${name} is not found from ${programFolder}, where Pulumi starts the provider`,
        `in ${programFolder}: npm install <the file that npm pack makes in a clone of ${name}>`,
      ),
    ];
  }
  const folder = dirname(ours);
  const { version } = manifestIn(folder);
  if (problem !== undefined) {
    const mend = `in ${programFolder}: npm install; in a clone of ${name}: npm ci`;
    return [fail(`${name} ${version} in ${folder} does not load: ${problem}`, mend)];
  }
  const found = ok(`${name} ${version} (${folder})`);
  const here = realpathSync(ownFolder());
  if (realpathSync(folder) === here) return [found];
  return [
    found,
    note(
      `this command is another copy, ${own.version} (${here}): it checks with its own rules`,
      `in ${programFolder}: npx --no-install subaccounts doctor`,
    ),
  ];
}
