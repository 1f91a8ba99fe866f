import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { exitCodes } from "../cli/exit-codes.ts";
import type { Declared } from "../emulator/core/switches.ts";
import type { policies } from "../policy/index.ts";
import type { ruleOf } from "../provider/core/contract/check.ts";
import type { Description, Field } from "../provider/core/contract/description.ts";
import type {
  AccountManifest,
  FieldFacts,
  KeyManifest,
  NestedManifest,
} from "../provider/core/contract/manifest.ts";
import type { lookups } from "../provider/lookups.ts";
import type { vendors } from "../provider/vendors.ts";
import { commandsTable } from "./commands-table.mts";
import { emulatorPage } from "./emulator-page.mts";
import { exampleOf } from "./example.mts";
import { absentOf, changeOf } from "./hover.mts";
import { lookupPage } from "./lookup-page.mts";
import { code, NOTE, sentence, table, text, within } from "./markdown.mts";
import { policiesPage } from "./policy-page.mts";
import { suspensionTable } from "./suspension.mts";
import { tenantPage } from "./tenant-page.mts";
import { isOptional, typeOf } from "./typescript.mts";

/** The parts of the product that the documentation is made of, from its source or its build. */
export interface Product {
  readonly vendors: typeof vendors;
  readonly lookups: typeof lookups;
  readonly ruleOf: typeof ruleOf;
  readonly policies: typeof policies;
  readonly exitCodes: typeof exitCodes;
  readonly standIns: Readonly<Record<string, { readonly switches: Declared }>>;
}

/** A resource as its handler has it; one of an account has fields. */
interface Handler extends Pick<(typeof vendors)["zavu"]["ApiKey"], "defaults" | "secrets" | "transient"> {
  readonly description: Description;
  readonly args: Parameters<typeof ruleOf>[0] & { readonly shape: Readonly<Record<string, unknown>> };
  readonly fields?: Readonly<Record<string, FieldFacts>>;
  readonly isMarked?: boolean;
  readonly manifest: AccountManifest | KeyManifest | NestedManifest;
}

/** A resource of a vendor. */
interface Resource {
  readonly name: string;
  readonly title: string;
  readonly handler: Handler;
  readonly example: string;
}

/** The generated files and their text, by their path from the root. */
export function pages(
  root: string,
  { vendors, ruleOf, policies, exitCodes, standIns }: Product,
): Map<string, string> {
  const resources = Object.entries(vendors).flatMap(([folder, { vendor, ...kinds }]) =>
    Object.entries(kinds).map(([kind, resource]): Resource => {
      const handler = resource as unknown as Handler;
      const account: Description = kinds.SubAccount.description;
      return {
        name: `${folder}.${kind}`,
        title: vendor.title,
        handler,
        example: exampleOf({ vendor: folder, kind, description: handler.description, account }),
      };
    }),
  );
  const page = readFileSync(join(root, "docs/vendors.md"), "utf8");
  const commands = readFileSync(join(root, "docs/commands.md"), "utf8");
  const guide = readFileSync(join(root, "docs/guide.md"), "utf8");
  return new Map([
    ...resources.map(
      (resource) => [`docs/reference/${resource.name}.md`, resourcePage(resource, ruleOf)] as const,
    ),
    ...Object.entries(vendors).map(
      ([folder, { vendor }]) =>
        [`docs/reference/${folder}.lookups.md`, lookupPage(root, folder, vendor.title)] as const,
    ),
    ["docs/reference/README.md", indexPage(resources, vendors)],
    ["docs/reference/Tenant.md", tenantPage(root)],
    ["docs/reference/policies.md", policiesPage(policies, vendors)],
    ["docs/emulator.md", emulatorPage(root, vendors, standIns)],
    ["docs/commands.md", within(commands, "commands", commandsTable(exitCodes))],
    ["docs/vendors.md", within(page, "vendors", comparison(vendors))],
    ["docs/guide.md", within(guide, "suspension", suspensionTable(vendors))],
  ]);
}

// ---- a resource's page

function resourcePage({ name, title, handler, example }: Resource, rule: typeof ruleOf): string {
  const { doc, page, argsDoc, args, outputs } = handler.description;
  const shapes = Object.values(args).flatMap(({ shapes = [] }) => shapes);
  const transient = handler.transient.map(code).join(" and ");
  const rows = argumentsOf(args).map(([path, field]) => [
    code(path),
    code(typeOfField(field)),
    isRequired(field) ? "required" : (absentOf(field) ?? ""),
    rule(handler.args, path.split(".")),
    changeOf(field) ?? "",
    linkless(field.doc),
  ]);
  return text(
    NOTE,
    `# ${name}`,
    linkless(doc),
    `The vendor's page: <${page}>`,
    `\`\`\`ts\nimport { ${name.replace(/\..*/, "")} } from "pulumi-subaccounts";\n\n${example}\n\`\`\``,
    "## Arguments",
    linkless(argsDoc),
    table(["argument", "type", "not declared", "must be", "a change", "what it is"], rows),
    ...shapes.map((shape) => `\`${shape.name}\`: ${shape.doc}`),
    ...(isOfAccount(handler) || "createdOnce" in handler.manifest
      ? [`## What ${title} does with them`, fieldTable(fieldsOf(handler))]
      : []),
    "## Outputs",
    `Every argument${transient ? ` but ${transient}` : ""} is an output too, with the value that the vendor has where it shows one. Beside them:`,
    table(
      ["output", "type", "secret", "what it is"],
      [
        ["`id`", "`string`", "", "Pulumi's id of the resource: the vendor's own."],
        ...Object.entries(outputs).map(([output, { type, secret, doc }]) => [
          code(output),
          code(type),
          secret ? "yes" : "",
          linkless(doc),
        ]),
      ],
    ),
    ...closing(handler),
  );
}

/** The arguments with the keys of those that are objects, by their path. */
function argumentsOf(args: Description["args"]): [string, Field][] {
  return Object.entries(args).flatMap(([name, field]) => [
    [name, field] as [string, Field],
    ...(field.shapes ?? []).flatMap(({ keys }) =>
      Object.entries(keys).map(([key, inner]): [string, Field] => [`${name}.${key}`, inner]),
    ),
  ]);
}

function typeOfField({ schema, shapes }: Field): string {
  return shapes ? shapes.map(({ name }) => name).join(" | ") : typeOf(schema);
}

function isRequired({ schema }: Field): boolean {
  return !isOptional(schema);
}

/** Prose without the links of doc comments. */
function linkless(prose: string): string {
  return prose.replace(/\{@link (\w+)\}/g, "`$1`");
}

function closing({ manifest }: Handler): string[] {
  const outside = `## Deleted outside\n\n${sentence(manifest.removedOutside)}`;
  if ("foundBy" in manifest) {
    return [
      "## Deleting the resource",
      table(
        ["`deletionPolicy`", "what happens"],
        Object.entries(manifest.deletion).map(([policy, what]) => [code(policy), what]),
      ),
      outside,
      `## Created once\n\nBefore it is created, an account is looked for by ${manifest.foundBy}. A lost key: ${manifest.lostKey}.`,
    ];
  }
  if ("createdOnce" in manifest) {
    return [
      `## Deleting the resource\n\n${sentence(manifest.deletion)}`,
      outside,
      `## Created once\n\n${sentence(manifest.createdOnce)}`,
    ];
  }
  return [
    manifest.rotation ? `## Rotation\n\n${sentence(manifest.rotation)}` : "",
    `## Deleting the resource\n\n${sentence(manifest.deletion)}`,
    outside,
    `## The key itself\n\nIt is shown ${manifest.shown}. If the reply to its creation is lost: ${manifest.lostKey}.`,
  ];
}

// ---- tables of fields and of vendors

/** Whether a resource is an account: the fields of another one are no vendor's field of an account. */
function isOfAccount({ manifest }: Handler): boolean {
  return "foundBy" in manifest;
}

function fieldsOf({ fields = {}, description }: Handler): [string, FieldFacts][] {
  const { metadata } = description.args;
  return [...Object.entries(fields), ...(metadata ? [["metadata", metadata] as [string, FieldFacts]] : [])];
}

function fieldTable(fields: [string, FieldFacts][]): string {
  return table(
    ["field", "unit", "a change", "not declared", "`null`", "0", "drift", "set by"],
    fields.map(([name, facts]) => [
      code(name) + (facts.versions ? ` (${facts.versions.join(", ")})` : ""),
      facts.unit ?? "",
      changeOf(facts) ?? "",
      facts.absent,
      facts.null ?? "refused",
      facts.zero ?? "",
      facts.readable ? "seen" : "not seen",
      facts.atCreation ? "the create call" : facts.updatable ? "a call after it" : "nothing",
    ]),
  );
}

function resourceTable(resources: readonly Resource[]): string {
  return table(
    ["class", "arguments (`?` = optional)", "outputs beside the arguments"],
    resources.map(({ name, handler: { description } }) => [
      `[\`${name}\`](${name}.md)`,
      Object.entries(description.args)
        .map(([argument, field]) => code(argument + (isRequired(field) ? "" : "?")))
        .join(", "),
      [
        code("id"),
        ...Object.entries(description.outputs).map(
          ([output, { secret }]) => code(output) + (secret ? " (secret)" : ""),
        ),
      ].join(", "),
    ]),
  );
}

/** The vendors side by side. */
function comparison(vendors: Product["vendors"]): string {
  const all = Object.values(vendors);
  const kinds = all.map(({ SubAccount }) => ({
    handler: SubAccount as unknown as Handler,
    account: SubAccount.manifest as AccountManifest,
    fields: Object.entries(SubAccount.fields as Readonly<Record<string, FieldFacts>>),
  }));
  type Kind = (typeof kinds)[number];
  const row = (label: string, tell: (kind: Kind) => string) => [
    label,
    ...kinds.map((kind) => tell(kind) || "—"),
  ];
  const named = (test: (facts: FieldFacts, name: string, kind: Kind) => boolean) => (kind: Kind) => {
    const found = kind.fields.filter(([name, facts]) => test(facts, name, kind));
    return found
      .map(([name, { versions }]) => code(name) + (versions ? ` (${versions.join(", ")})` : ""))
      .join(", ");
  };
  /** What is said of the limits, once if the same is said of all. */
  const ofLimits = (tell: (facts: FieldFacts) => string) => (kind: Kind) => {
    const said = kind.fields
      .filter(([, { unit }]) => unit !== undefined)
      .map(([name, facts]) => [name, tell(facts)] as const);
    const texts = new Set(said.map(([, what]) => what));
    return texts.size === 1
      ? [...texts].join()
      : said.map(([name, what]) => `${code(name)}: ${what}`).join("; ");
  };
  const rows = [
    row("found before it is created by", ({ account }) => account.foundBy),
    row("ownership marker", ({ handler }) => (handler.isMarked ? "in `metadata`" : "no place for it")),
    row("limits", (kind) =>
      kind.fields
        .filter(([, { unit }]) => unit !== undefined)
        .map(([name, { unit }]) => `${code(name)}: ${unit}`)
        .join("; "),
    ),
    row(
      "a limit of 0",
      ofLimits(({ zero }) => zero ?? ""),
    ),
    row(
      "a limit of `null`",
      ofLimits((facts) => facts.null ?? "refused"),
    ),
    row(
      "cannot be taken out again",
      named(
        (facts, name, { handler }) =>
          facts.updatable &&
          !facts.clearable &&
          !(name in handler.defaults) &&
          !facts.absent.startsWith("refused"),
      ),
    ),
    row(
      "cannot be changed",
      named((facts) => !facts.updatable && facts.atCreation),
    ),
    row(
      "kept in the state only",
      named((facts) => !facts.updatable && !facts.atCreation),
    ),
    row(
      "drift cannot be seen on",
      named((facts) => !facts.readable),
    ),
    row("deleting, beside `retain`, which leaves the account as it is", ({ account, handler }) =>
      Object.entries(account.deletion)
        .filter(([policy]) => policy !== "retain")
        .map(
          ([policy, what]) =>
            `\`${policy}\`${handler.defaults["deletionPolicy"] === policy ? " (default)" : ""}: ${what}`,
        )
        .join("; "),
    ),
    row("lost key of an account", ({ account }) => account.lostKey),
  ];
  return table(["", ...all.map(({ vendor }) => vendor.title)], rows);
}

function indexPage(resources: readonly Resource[], vendors: Product["vendors"]): string {
  const accounts = resources.filter(({ handler }) => isOfAccount(handler));
  return text(
    NOTE,
    "# Reference",
    "One page per resource class, made of the descriptions by which the provider's checks work. What the vendors can and cannot do, side by side: [vendors](../vendors.md). What messages mean: [troubleshooting](../troubleshooting.md). Policies: [their page](policies.md).",
    resourceTable(resources),
    "A customer's accounts and keys together, from a program or from files: [`Tenant`](Tenant.md).",
    `Functions that look up what exists: ${Object.keys(vendors)
      .map((folder) => `[of ${folder}](${folder}.lookups.md)`)
      .join(", ")}.`,
    "## Every field of an account",
    'A "taken out" field was declared before and is not any more; one never declared is left alone and is no drift, unless it says here what that stands for.',
    ...accounts.map(({ name, handler }) => `### ${name}\n\n${fieldTable(fieldsOf(handler))}`),
  );
}
