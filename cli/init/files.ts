import { stringify } from "yaml";
import { tierText } from "./tier";

/** What a new program is to be. */
export interface Wanted {
  /** Pulumi's name of the project. */
  readonly project: string;
  readonly vendors: readonly string[];
  readonly isEsm: boolean;
  /** Package → version or file, of the program's own package.json. */
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
}

/** A new program: the text of each file by its path in the folder. */
export interface Scaffold {
  readonly project: string;
  readonly files: Readonly<Record<string, string>>;
}

/** The name of the tier that the first tenant has. */
const TIER = "starter";
const SCHEMAS = "node_modules/pulumi-subaccounts/dist/schemas";

/** Composes the files of a new program. */
export function filesOf(wanted: Wanted): Record<string, string> {
  return {
    "Pulumi.yaml": stringify({
      name: wanted.project,
      description: "Customers and their accounts",
      runtime: "nodejs",
    }),
    "package.json": json(manifestOf(wanted)),
    "pnpm-workspace.yaml": PNPM,
    "tsconfig.json": json({
      compilerOptions: {
        strict: true,
        module: "node20",
        types: ["node"],
        skipLibCheck: true,
        noEmit: true,
      },
    }),
    "index.ts": PROGRAM,
    "tiers.yaml": `# yaml-language-server: $schema=${SCHEMAS}/tiers.schema.json\n${tierText(TIER, wanted.vendors)}`,
    "tenants/acme.yaml": tenantText(wanted.vendors),
    ".gitignore": IGNORED,
  };
}

function manifestOf({ project, isEsm, dependencies, devDependencies }: Wanted): object {
  return {
    name: project.toLowerCase(),
    private: true,
    type: isEsm ? "module" : "commonjs",
    main: "index.ts",
    scripts: { check: "tsc && subaccounts check" },
    dependencies,
    devDependencies,
    // npm asks about build scripts, too.
    allowScripts: { protobufjs: false },
  };
}

const PNPM = `# pnpm fails on build scripts that nobody allowed or refused; this one only prints a message.
allowBuilds:
  protobufjs: false
`;

const PROGRAM = `import { directory, loadTenants, loadTiers, Tenant, writeDirectory } from "pulumi-subaccounts";

const tiers = loadTiers("tiers.yaml");
const tenants = loadTenants("tenants/*.yaml", { tiers }).map((args) => new Tenant(args.externalId, args));

const { accounts, apiKeys } = directory(tenants);

// External id → vendor → id, written after an \`up\`.
writeDirectory("directory.json", accounts);

// External id → vendor → key: one secret output, so that an \`up\` prints one line however many tenants there are.
export { apiKeys };
`;

function tenantText(vendors: readonly string[]): string {
  return `# yaml-language-server: $schema=../${SCHEMAS}/tenants.schema.json
externalId: tenant-acme # your own id of the customer: choose one that never changes
name: Acme Corp
tier: ${TIER}
vendors: # each gets an account and a key; {} takes the tier's limits, and what stands here goes before them
${vendors.map((vendor) => `  ${vendor}: {}\n`).join("")}`;
}

const IGNORED = `node_modules/
# Written by \`pulumi up\`.
directory.json
`;

function json(value: object): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}
