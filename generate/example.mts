import type { Description } from "../provider/core/contract/description.ts";
import { isOptional } from "./typescript.mts";

/** What an example is made of: a resource, and the accounts of its vendor. */
interface Described {
  readonly vendor: string;
  readonly kind: string;
  readonly description: Description;
  readonly account: Description;
}

/** The example of a resource: its own, or of an object within an account the one that its sample makes. */
export function exampleOf({ vendor, kind, description, account }: Described): string {
  if (description.example !== undefined) return description.example;
  return [
    `const acme = new ${vendor}.SubAccount("acme", ${accountArguments(account, "Acme Corp")});`,
    `new ${vendor}.${kind}("acme", ${ofAccount("acme", description.sample)});`,
  ].join("\n");
}

/**
 * Statements that declare an object within an account with the least and with all of its arguments, each within an account
 * of its own, for the program of which every release records the state.
 */
export function recordedStatements({ vendor, kind, description, account }: Described): string[] {
  const { sample = {}, args } = description;
  const least = Object.entries(sample).filter(([name]) => args[name] && !isOptional(args[name].schema));
  return Object.entries({ minimal: Object.fromEntries(least), full: sample }).map(([name, values]) => {
    const named = `${kind} ${name}`;
    const made = `new ${vendor}.SubAccount(${JSON.stringify(named)}, ${accountArguments(account, named)})`;
    return `new ${vendor}.${kind}(${JSON.stringify(name)}, ${ofAccount(made, values)});`;
  });
}

/** The files with which the example of a vendor is a project of npm and TypeScript, beside its program. */
export function exampleProject(vendor: string): [file: string, text: string][] {
  const project = {
    name: vendor,
    private: true,
    dependencies: { "@pulumi/pulumi": "^3.270.0", "pulumi-subaccounts": "file:../.." },
    devDependencies: { typescript: "6.0.3" },
  };
  const compilerOptions = {
    strict: true,
    module: "node20",
    types: ["node"],
    skipLibCheck: true,
    noEmit: true,
  };
  const files = { "package.json": project, "tsconfig.json": { compilerOptions } };
  return Object.entries(files).map(([file, content]) => [file, JSON.stringify(content, undefined, 2)]);
}

function accountArguments({ sampleTier }: Description, name: string): string {
  return literal({ name, ...sampleTier });
}

function ofAccount(account: string, values: Description["sample"] = {}): string {
  return literal(values).replace("{ ", `{ subAccountId: ${account}.id, `);
}

/** A value as TypeScript has it, on one line. */
function literal(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(literal).join(", ")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  return `{ ${Object.entries(value)
    .map(([name, inner]) => `${name}: ${literal(inner)}`)
    .join(", ")} }`;
}
