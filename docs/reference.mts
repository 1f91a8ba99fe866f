import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import type { policies } from "../policy/index.ts";
import type { ruleOf } from "../provider/core/contract/check.ts";
import type { AccountManifest, FieldFacts, KeyManifest } from "../provider/core/contract/manifest.ts";
import type { vendors } from "../provider/vendors.ts";
import { type Doc, docOf, members, type Property } from "./declarations.mts";
import { lookupPage } from "./lookup-page.mts";
import { code, NOTE, sentence, table, text, within } from "./markdown.mts";
import { policiesPage, policyTable } from "./policy-page.mts";
import { tenantPage } from "./tenant-page.mts";

// Read with TypeScript's own parser: what a page must say beside the doc comments (rules, drift, what absent means) is in
// no type, so a generator of pages from types alone would leave it out.

/** What of the product the documentation is made of, from its source or its build. */
export interface Product {
  readonly vendors: typeof vendors;
  readonly ruleOf: typeof ruleOf;
  readonly policies: typeof policies;
}

/** A resource as its handler has it; one of an account has fields. */
interface Handler extends Pick<(typeof vendors)["zavu"]["ApiKey"], "defaults" | "secrets" | "transient"> {
  readonly args: Parameters<typeof ruleOf>[0] & { readonly shape: Readonly<Record<string, unknown>> };
  readonly replaces: readonly string[];
  readonly fields?: Readonly<Record<string, FieldFacts>>;
  readonly isMarked?: boolean;
  readonly manifest: AccountManifest | KeyManifest;
}

/** A resource class as `sdk/` declares it. */
interface Resource {
  readonly name: string;
  readonly title: string;
  readonly doc: Doc;
  readonly argsDoc: Doc;
  readonly args: readonly Property[];
  /** The types of arguments that are objects. */
  readonly shapes: readonly { readonly name: string; readonly doc: Doc }[];
  readonly outputs: readonly Property[];
  readonly handler: Handler;
}

/** The generated files and their text, by their path from the root. */
export function pages(root: string, { vendors, ruleOf, policies }: Product): Map<string, string> {
  const resources = Object.entries(vendors).flatMap(([folder, { vendor, SubAccount, ApiKey }]) =>
    Object.entries({ SubAccount, ApiKey }).map(([kind, handler]) =>
      resourceOf(root, folder, kind, vendor.title, handler as unknown as Handler),
    ),
  );
  const readme = readFileSync(join(root, "README.md"), "utf8");
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
    [
      "README.md",
      within(
        within(
          within(readme, "resources", resourceTable(resources, "docs/reference/")),
          "vendors",
          comparison(vendors),
        ),
        "policies",
        policyTable(policies, "docs/reference/policies.md"),
      ),
    ],
  ]);
}

// ---- reading sdk/

function resourceOf(root: string, vendor: string, kind: string, title: string, handler: Handler): Resource {
  const folder = join(root, "sdk", vendor);
  const declarations = readdirSync(folder)
    .map((file) => join(folder, file))
    .map((file) => ts.createSourceFile(file, readFileSync(file, "utf8"), ts.ScriptTarget.Latest, true))
    .map((source) =>
      source.statements.filter(
        (each) =>
          ts.isClassDeclaration(each) || ts.isInterfaceDeclaration(each) || ts.isTypeAliasDeclaration(each),
      ),
    )
    .find((found) => found.some(({ name }) => name?.text === kind));
  const resource = declarations?.filter(ts.isClassDeclaration).find(({ name }) => name?.text === kind);
  const interfaces = declarations?.filter(ts.isInterfaceDeclaration) ?? [];
  const aliases = declarations?.filter(ts.isTypeAliasDeclaration) ?? [];
  const args = [...interfaces, ...aliases].find(({ name }) => name.text === `${kind}Args`);
  if (resource === undefined || args === undefined) {
    throw new Error(`sdk/${vendor} has no ${kind} or no ${kind}Args`);
  }
  // Arguments in several ways are a type of interfaces: those of a union are optional, each with the others as undefined.
  const place = ({ name }: ts.InterfaceDeclaration) => args.getText().indexOf(name.text);
  const ways = ts.isInterfaceDeclaration(args)
    ? [args]
    : interfaces.filter(({ name }) => mentions(args.type, name.text)).toSorted((a, b) => place(a) - place(b));
  const shapes = interfaces.filter((each) => !ways.includes(each));
  const isChoice = ({ name }: ts.InterfaceDeclaration) =>
    !ts.isInterfaceDeclaration(args) && /\(/.test(args.type.getText().split(name.text)[0] ?? "");
  const all = ways.flatMap((way) =>
    members(way)
      .filter(({ type }) => type !== "undefined")
      .map((each) => ({ ...each, isOptional: each.isOptional || isChoice(way) })),
  );
  const declared = all.flatMap((each) => {
    const own = shapes.filter(({ name }) => new RegExp(`\\b${name.text}\\b`).test(each.type));
    return [each, ...own.flatMap((shape) => members(shape, `${each.path}.`))];
  });
  const names = new Set(declared.map(({ path }) => path));
  return {
    name: `${vendor}.${kind}`,
    title,
    doc: docOf(resource),
    argsDoc: docOf(args),
    args: declared,
    shapes: shapes.map((shape) => ({ name: shape.name.text, doc: docOf(shape) })),
    outputs: members(resource).filter(({ path, doc }) => !names.has(path) || doc !== ""),
    handler,
  };
}

function mentions(node: ts.Node, name: string): boolean {
  return new RegExp(`\\b${name}\\b`).test(node.getText());
}

// ---- a resource's page

function resourcePage(resource: Resource, rule: typeof ruleOf): string {
  const { name, title, doc, argsDoc, args, shapes, outputs, handler } = resource;
  const transient = handler.transient.map((path) => ` but ${code(path)}`).join("");
  const rows = args.map(({ path, type, isOptional, doc }) => [
    code(path),
    code(type),
    isOptional ? defaultOf(handler, path) : "required",
    rule(handler.args, path.split(".")),
    effectOfChange(resource, path),
    doc,
  ]);
  return text(
    NOTE,
    `# ${name}`,
    doc.text,
    `The vendor's page: <${doc.vendorPage}>`,
    doc.example,
    "## Arguments",
    argsDoc.text.replace(/^Arguments of `\w+`\. /, ""),
    table(["argument", "type", "default", "must be", "a change", "what it is"], rows),
    ...shapes.map((shape) => `\`${shape.name}\`: ${shape.doc.text}`),
    ...(handler.fields ? [`## What ${title} does with them`, fieldTable(fieldsOf(handler))] : []),
    "## Outputs",
    `Every argument${transient} is an output too, with the value that the vendor has where it shows one. Beside them:`,
    table(
      ["output", "type", "secret", "what it is"],
      [{ path: "id", type: "string", doc: "Pulumi's id of the resource: the vendor's own." }, ...outputs].map(
        ({ path, type, doc }) => [code(path), code(type), handler.secrets.includes(path) ? "yes" : "", doc],
      ),
    ),
    ...closing(resource),
  );
}

function defaultOf({ defaults }: Handler, path: string): string {
  return path in defaults ? code(JSON.stringify(defaults[path])) : "";
}

function effectOfChange({ name, title, handler }: Resource, path: string): string {
  const group = path.replace(/\..*$/, "");
  const facts = handler.fields?.[path] ?? handler.fields?.[group];
  if (facts) return change(facts);
  if (handler.transient.includes(path)) return "none";
  if (handler.replaces.includes(path)) return "replacement";
  if (path === "connection") {
    return `the new one must reach the same ${name.endsWith("ApiKey") ? "key" : "account"}`;
  }
  if ("changes" in handler.manifest && handler.manifest.changes?.[group])
    return handler.manifest.changes[group];
  if (path === "deletionPolicy") return `in the state alone, nothing is sent to ${title}`;
  return "in place, by key";
}

function closing({ handler: { manifest } }: Resource): string[] {
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
  return [
    manifest.rotation ? `## Rotation\n\n${sentence(manifest.rotation)}` : "",
    `## Deleting the resource\n\n${sentence(manifest.deletion)}`,
    outside,
    `## The key itself\n\nIt is shown ${manifest.shown}. If the reply to its creation is lost: ${manifest.lostKey}.`,
  ];
}

// ---- tables of fields and of vendors

/** What is said of `metadata`, where accounts have some; its keys are not known in advance. */
const METADATA: FieldFacts = {
  readable: true,
  updatable: true,
  clearable: true,
  atCreation: true,
  absent: "left alone; a key taken out: removed",
};

function fieldsOf({ fields = {}, isMarked }: Handler): [string, FieldFacts][] {
  return [...Object.entries(fields), ...(isMarked ? [["metadata", METADATA] as [string, FieldFacts]] : [])];
}

function change({ updatable, atCreation }: FieldFacts): string {
  if (updatable) return "in place";
  return atCreation ? "refused in the preview" : "in the state alone";
}

function fieldTable(fields: [string, FieldFacts][]): string {
  return table(
    ["field", "unit", "a change", "not declared", "`null`", "0", "drift", "set by"],
    fields.map(([name, facts]) => [
      code(name) + (facts.versions ? ` (${facts.versions.join(", ")})` : ""),
      facts.unit ?? "",
      change(facts),
      facts.absent,
      facts.null ?? "refused",
      facts.zero ?? "",
      facts.readable ? "seen" : "not seen",
      facts.atCreation ? "the create call" : facts.updatable ? "a call after it" : "nothing",
    ]),
  );
}

function resourceTable(resources: readonly Resource[], folder: string): string {
  return table(
    ["class", "arguments (`?` = optional)", "outputs beside the arguments"],
    resources.map(({ name, args, outputs, handler }) => [
      `[\`${name}\`](${folder}${name}.md)`,
      args
        .filter(({ path }) => !path.includes("."))
        .map(({ path, isOptional }) => code(path + (isOptional ? "?" : "")))
        .join(", "),
      [
        code("id"),
        ...outputs
          .filter(({ path }) => !args.some((each) => each.path === path))
          .map(({ path }) => code(path) + (handler.secrets.includes(path) ? " (secret)" : "")),
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
  const accounts = resources.filter(({ handler }) => handler.fields);
  return text(
    NOTE,
    "# Reference",
    "One page per resource class, made of the doc comments in `sdk/` and of what the provider's checks work by. What the vendors can and cannot do, side by side: [README](../../README.md#what-each-vendor-can-and-cannot-do). What messages mean: [troubleshooting](../troubleshooting.md). Policies: [their page](policies.md).",
    resourceTable(resources, ""),
    "A customer's accounts and keys together, from a program or from files: [`Tenant`](Tenant.md).",
    `Functions that look up what exists: ${Object.keys(vendors)
      .map((folder) => `[of ${folder}](${folder}.lookups.md)`)
      .join(", ")}.`,
    "## Every field of an account",
    'A "taken out" field was declared before and is not any more; one never declared is left alone and is no drift, unless it says here what that stands for.',
    ...accounts.map(({ name, handler }) => `### ${name}\n\n${fieldTable(fieldsOf(handler))}`),
  );
}
