import { isDeepStrictEqual } from "node:util";
import type { policies } from "../policy/index.ts";
import type { FieldFacts } from "../provider/core/contract/manifest.ts";
import type { vendors } from "../provider/vendors.ts";
import { code, note, table, text } from "./markdown.mts";

type Vendors = typeof vendors;
type Policy = (typeof policies)[number];
type Schema = Policy["configSchema"]["properties"][string];

function policyTable(policies: readonly Policy[]): string {
  return table(
    ["policy", "level", "what it enforces"],
    policies.map(({ name, enforcementLevel, description }) => [
      `[\`${name}\`](#${name})`,
      enforcementLevel,
      description,
    ]),
  );
}

export function policiesPage(policies: readonly Policy[], vendors: Vendors): string {
  const limits = Object.entries(vendors).flatMap(([vendor, { SubAccount }]) =>
    Object.entries(SubAccount.fields as Readonly<Record<string, FieldFacts>>).map(
      ([path, { unit, zero }]) => [code(`${vendor}.${path}`), unit ?? "", zero ?? ""] as const,
    ),
  );
  return text(
    note("policy/"),
    "# Policies",
    "`pulumi-subaccounts/policy` exports each policy as a plain object for a [pack](https://www.pulumi.com/docs/iac/using-pulumi/crossguard/) of your own (`npm install @pulumi/policy`), and all of them as `policies`. [`examples/policy-pack`](../../examples/policy-pack) is a pack that is ready to use, and says how a pipeline runs it. What the messages mean: [troubleshooting](../troubleshooting.md#policies).",
    `\`\`\`js\n${COMPOSED}\n\`\`\``,
    policyTable(policies),
    "## What holds for all of them",
    RULES.map((rule) => `- ${rule}`).join("\n"),
    "## Names of limits",
    "As configuration and messages have them. A limit of 0 counts as 0. The limits of bctrl's `v2` have no unit that is known: its accounts count as accounts without a limit, so that `max-limit` needs `null` for one of bctrl's limits there, `budget` a rate of 0, and `require-limit` its `vendors` without bctrl.",
    table(
      ["limit", "unit", "0 at the vendor"],
      limits.filter(([, unit]) => unit !== ""),
    ),
    ...policies.flatMap(({ name, enforcementLevel, description, configSchema, about }) => [
      `## ${name}`,
      `${description} Level, unless configured: \`${enforcementLevel}\`.`,
      table(
        ["configuration", "type", "default", "what it is"],
        Object.entries(configSchema.properties).map(([key, schema]) => setting(key, schema)),
      ),
      `- **It sees** ${about.sees}.\n- **It cannot see** ${about.cannotSee}.\n- **A value that is not known yet** ${about.unknown}.`,
      `\`\`\`json\n${JSON.stringify({ [name]: about.example }, undefined, 2)}\n\`\`\``,
    ]),
  );
}

const COMPOSED = `import { PolicyPack } from "@pulumi/policy";
import { budget, requireLimit } from "pulumi-subaccounts/policy";

new PolicyPack("ours", { policies: [requireLimit, { ...budget, enforcementLevel: "advisory" }] });`;

const RULES = [
  "**Levels.** `mandatory` stops the run, `advisory` is said and stops nothing, `disabled` does nothing, `remediate` is for `default-limit`. A file for `--policy-pack-config` sets them, for each policy or for `all`. In the third argument of `new PolicyPack`, name the level with every policy that is configured there: without it, Pulumi takes the policy for advisory.",
  "**When.** A policy over single accounts is asked before anything is done with the account. A policy over the stack is asked at the end of the preview, and again at the end of the `up`: so leave the preview in, since with `--skip-preview` it speaks when all is done. `pulumi refresh` and `pulumi destroy` ask no policy.",
  "**Resources.** The accounts of the type tokens `pulumi-nodejs:dynamic/subaccounts/<vendor>:SubAccount` and `subaccounts:<vendor>:SubAccount`, and tenants, `subaccounts:index:Tenant`. What a program does by itself, with the vendor's key or under another type token, no policy sees, and a resource that it makes within `apply` of an output that is not known yet only in the `up`, when it is made: review programs, and make resources outside of `apply`.",
  "**Not known yet** is in a preview what comes from an output of a resource that the run creates or updates, and in `pulumi policy analyze --file` a secret that cannot be decrypted. It is a violation: what a policy cannot judge does not pass. In the `up` the value is known.",
  "**Not covered** is an account of which a policy's configuration says nothing, such as one of a misspelt tier or of a vendor that came later. It is a violation, and the message says what to add; `null` as a maximum, a rate of 0 and the lists `vendors` and `others` say that an account is meant to pass.",
  "**Messages** name accounts by their logical names and `externalId`s, and numbers that are limits, sums or maxima. They hold no key, no metadata and nothing of `database`. Pulumi does not tell a policy what the program wrapped with `pulumi.secret`: add the argument to the resource option `additionalSecretOutputs`, and it is not shown.",
  "**The state before.** Pulumi shows a policy what the stack is going to hold, not what it loses. `blast-radius`, `no-lookalike-replacement`, `no-hard-delete` and `limit-below-usage` therefore compare with a baseline, the file that `pulumi stack export --file <file>` writes before the run: its path in the configuration's `baseline` or in the environment variable `SUBACCOUNTS_BASELINE`. Secrets in it stay encrypted.",
  "**What is used.** A policy asks no vendor. `limit-below-usage` reads the file that `subaccounts report --json` writes: its path in the configuration's `usage` or in the environment variable `SUBACCOUNTS_USAGE`.",
  "**An exported state** is judged by `pulumi policy analyze --file <file> --policy-pack …`: no program runs. Give the same file as the baseline, since nothing changes.",
];

function setting(name: string, schema: Schema): string[] {
  const { items, default: value, description = "" } = schema;
  const isWhole = isSchema(items) && items.enum !== undefined && isDeepStrictEqual(items.enum, value);
  return [
    code(name),
    typeOf(schema),
    isWhole ? "all of them" : value === undefined ? "" : code(JSON.stringify(value)),
    description,
  ];
}

function typeOf({ type, items, properties = {}, additionalProperties: others, ...rest }: Schema): string {
  const { enum: values, minimum, maximum } = rest;
  if (values) return values.map((value) => code(String(value))).join(" or ");
  if (isSchema(items))
    return `list of ${items.enum ? typeOf(items).replaceAll(" or ", ", ") : `${items.type}s`}`;
  if (isSchema(others)) return `by name: ${typeOf(others)}`;
  const [first] = Object.values(properties);
  if (isSchema(first)) return `by [limit](#names-of-limits): ${typeOf(first)}`;
  const range = [
    minimum === undefined ? "" : `${minimum} or more`,
    maximum === undefined ? "" : `${maximum} or less`,
  ];
  return [[type].flat().join(" or "), ...range.filter((each) => each !== "")].join(", ");
}

function isSchema(schema: Schema["items"]): schema is Schema {
  return typeof schema === "object" && !Array.isArray(schema);
}
