import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { z } from "zod";

const secret = z.strictObject({
  type: z.literal("Secret"),
  secret: z.strictObject({ name: z.string(), key: z.string(), namespace: z.string().optional() }),
});
const named = z.strictObject({ name: z.string(), namespace: z.string().optional() });
const resources = z.partialRecord(z.enum(["cpu", "memory"]), z.string());

/** Of the operator's `pulumi.com/v1` Stack, version 2.9, what a manifest may reasonably say. */
const stack = z.strictObject({
  stack: z.string(),
  serviceAccountName: z.string(),
  projectRepo: z.url(),
  repoDir: z.string().optional(),
  branch: z.string(),
  shallow: z.boolean().optional(),
  gitAuth: z.strictObject({ accessToken: secret }).optional(),
  backend: z.string().optional(),
  envRefs: z.record(z.string(), secret),
  config: z.record(z.string(), z.json()).optional(),
  secretsProvider: z.string().optional(),
  preview: z.boolean().optional(),
  refresh: z.boolean().optional(),
  continueResyncOnCommitMatch: z.boolean().optional(),
  resyncFrequencySeconds: z.int().min(60).optional(),
  retryOnUpdateConflict: z.boolean().optional(),
  // Without it, or with `true`, taking the object away would end every customer.
  destroyOnFinalize: z.literal(false),
  workspaceTemplate: z.strictObject({
    spec: z.strictObject({
      image: z.string().regex(/^pulumi\/pulumi:\d+\.\d+\.\d+-nonroot$/),
      securityProfile: z.literal("restricted"),
      resources: z.strictObject({ requests: resources, limits: resources }).optional(),
      podTemplate: z
        .strictObject({
          spec: z.strictObject({
            terminationGracePeriodSeconds: z.int(),
            containers: z.array(z.strictObject({ name: z.literal("pulumi") })),
          }),
        })
        .optional(),
    }),
  }),
});

const manifest = z.discriminatedUnion("kind", [
  z.strictObject({
    apiVersion: z.literal("pulumi.com/v1"),
    kind: z.literal("Stack"),
    metadata: named,
    spec: stack,
  }),
  z.strictObject({ apiVersion: z.literal("v1"), kind: z.literal("Namespace"), metadata: named }),
  z.strictObject({ apiVersion: z.literal("v1"), kind: z.literal("ServiceAccount"), metadata: named }),
  z.strictObject({
    apiVersion: z.literal("rbac.authorization.k8s.io/v1"),
    kind: z.literal("ClusterRoleBinding"),
    metadata: named,
    roleRef: z.strictObject({ apiGroup: z.string(), kind: z.literal("ClusterRole"), name: z.string() }),
    subjects: z.array(named.extend({ kind: z.literal("ServiceAccount") })),
  }),
]);

/**
 * What is wrong with a Kubernetes manifest: by our own list of fields, or by the CRDs in a folder, as a cluster with
 * strict field validation would check it.
 */
export function problemsOfManifest(value: unknown, crds?: string): string[] {
  const schema = crds === undefined ? manifest : schemaOf(value as Kind, crds);
  const { error } = schema.safeParse(value);
  return error?.issues.map(({ path, message }) => `${path.join(".")}: ${message}`) ?? [];
}

interface Kind {
  readonly apiVersion: string;
  readonly kind: string;
}

interface Crd {
  readonly spec: {
    readonly group: string;
    readonly names: { readonly kind: string };
    readonly versions: readonly {
      readonly name: string;
      readonly schema: { readonly openAPIV3Schema: object };
    }[];
  };
}

function schemaOf({ apiVersion, kind }: Kind, folder: string): z.ZodType {
  const all = globSync("*.yaml", { cwd: folder }).map(
    (file) => parse(readFileSync(join(folder, file), "utf8")) as Crd,
  );
  const [group, version] = apiVersion.split("/");
  const versions = all.find(({ spec }) => spec.group === group && spec.names.kind === kind)?.spec.versions;
  const found = versions?.find(({ name }) => name === version);
  if (found === undefined) throw new Error(`no CRD of ${apiVersion} ${kind} in ${folder}`);
  return z.fromJSONSchema(strict(found.schema.openAPIV3Schema) as never);
}

/** OpenAPI as JSON Schema, in which an object has no other fields than its schema names. */
function strict(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(strict);
  if (typeof schema !== "object" || schema === null) return schema;
  const {
    "x-kubernetes-preserve-unknown-fields": isOpen,
    "x-kubernetes-int-or-string": isIntOrString,
    description: _text,
    format: _format,
    default: _default,
    ...rest
  } = schema as Record<string, unknown>;
  if (isIntOrString) return { type: ["integer", "string"] };
  const { properties } = rest;
  const inner = Object.fromEntries(
    Object.entries(rest).flatMap(([key, value]) =>
      key.startsWith("x-kubernetes-") ? [] : [[key, key === "properties" ? value : strict(value)]],
    ),
  );
  if (typeof properties !== "object" || properties === null) return inner;
  const own = Object.fromEntries(Object.entries(properties).map(([name, each]) => [name, strict(each)]));
  const isPlain = isOpen !== true && !("additionalProperties" in rest) && Object.keys(own).length > 0;
  return { ...inner, properties: own, ...(isPlain ? { additionalProperties: false } : {}) };
}
