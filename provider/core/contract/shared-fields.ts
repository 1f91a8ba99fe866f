import { z } from "zod";
import { id, metadata, name200, text, textMetadata } from "./arguments";
import type { Fields, Output } from "./description";
import { ORDINARY } from "./manifest";

/** The argument that names the connection of a resource; every resource of every vendor has it. */
export function connectionOf(title: string, what = "account") {
  return {
    schema: text.describe("the name of an entry of subaccounts:connections").optional(),
    doc: `Name of an entry of the \`subaccounts:connections\` config; default: the plain ${title} settings.`,
    change: `the new one must reach the same ${what}`,
  };
}

/** The argument that takes an existing account under management. @param doc what the vendor asks for beside the id */
export function adoptOf(doc: string) {
  return {
    schema: id.describe("the id of an existing sub-account").optional(),
    doc: `Id of an existing sub-account to take under management instead of creating one. ${doc} Taking the line out later changes nothing.`,
    change: "none",
  };
}

/** Free data of an account, kept by the vendor. */
export const metadataField = {
  ...ORDINARY,
  schema: metadata.optional(),
  doc: "Free data, any JSON values. The declared top-level keys are yours; keys that others put there stay. The key `pulumi-subaccounts` is reserved.",
  absent: "left alone; a key taken out: removed",
  change: "in place, by key",
};

/** {@link metadataField} of a vendor that keeps texts alone. */
export const textMetadataField = {
  ...metadataField,
  schema: textMetadata.optional(),
  doc: metadataField.doc.replace("any JSON values", "texts alone"),
};

/**
 * The name of an account, which identifies the customer where no `externalId` does.
 *
 * @param within `one organization`, whose accounts need different names.
 * @param rule what the vendor asks for beside the length.
 */
export function nameOf(within: string, rule = "") {
  return {
    ...ORDINARY,
    schema: name200,
    doc:
      `Display name, 1 to 200 characters${rule && `; ${rule}`}. Two active sub-accounts of ${within} may share it only where both ` +
      "have an `externalId`: else the name identifies the customer.",
    clearable: false,
    absent: "refused: it is required",
  };
}

/** The customer's own reference, of 1 to 200 characters, which can be cleared. */
export const externalIdField = {
  ...ORDINARY,
  schema: name200.optional(),
  doc:
    "Your own reference for the customer, 1 to 200 characters, for example `tenant-acme`. It identifies the customer: a second " +
    "active account with it is refused.",
  absent: "left alone; taken out: cleared",
};

/** The argument that says what deleting the resource does. @param effects of each policy; the first is the default, unless it is required */
export function deletionPolicyOf<Policy extends string>(
  title: string,
  effects: Readonly<Record<Policy, string>>,
  fallback: NoInfer<Policy>,
) {
  const policies = Object.keys(effects) as [Policy, ...Policy[]];
  return {
    schema: z
      .enum(policies)
      .describe(policies.map((policy) => `"${policy}"`).join(" or "))
      .optional(),
    doc: `Effect of deleting the resource. ${effectsText(effects)} Counts from the next \`up\` on.`,
    default: fallback,
    change: `in the state alone, nothing is sent to ${title}`,
  };
}

/** {@link deletionPolicyOf} where a person has to choose, since the vendor's delete is for ever. */
export function requiredDeletionPolicyOf<Policy extends string>(
  title: string,
  effects: Readonly<Record<Policy, string>>,
  reason: string,
) {
  const policies = Object.keys(effects) as [Policy, ...Policy[]];
  const rule = policies.map((policy) => `"${policy}" (${effects[policy]})`).join(" or ");
  return {
    schema: z.enum(policies).describe(rule),
    doc: `Effect of deleting the resource; required, because ${reason}. ${effectsText(effects)} Counts from the next \`up\` on.`,
    change: `in the state alone, nothing is sent to ${title}`,
  };
}

function effectsText(effects: Readonly<Record<string, string>>): string {
  return Object.entries(effects)
    .map(([policy, effect]) => `\`${policy}\`: ${effect}.`)
    .join(" ");
}

/** The account that a key belongs to. */
export function subAccountIdOf(doc: string, change: string) {
  return {
    schema: id.describe("the id of a sub-account, for example acme.id"),
    doc: `${doc}, for example \`acme.id\`.`,
    change,
  };
}

/** The arguments that every object within an account has, around those of its kind. @param noun `webhook` */
export function nestedFields<Own extends Fields>(title: string, noun: string, own: Own) {
  const ordinary = { ...ORDINARY, absent: "left alone; taken out: unset" };
  const fields = Object.entries(own).map(([name, field]) => [name, { ...ordinary, ...field }]);
  return {
    subAccountId: subAccountIdOf(`Id of the sub-account that the ${noun} belongs to`, "replacement"),
    ...(Object.fromEntries(fields) as Own),
    connection: connectionOf(title, noun),
  };
}

/** The output of every object within an account that says how old it is. */
export function createdOutput(title: string, noun: string): Output {
  return {
    type: "string",
    doc: `When ${title} made the ${noun}, ISO 8601, by the clock of the machine that runs Pulumi.`,
  };
}

/** Arguments of a key that only say when it is replaced. */
const SCHEDULE = "in the state alone; what is due then is done in the same `up`";

/** The arguments of every key that can be rotated. */
export const rotation = {
  keepers: {
    schema: z
      .record(z.string(), z.json().describe("a JSON value"))
      .describe("an object of JSON values")
      .optional(),
    doc: "Any data, such as a date or the name of a person who left; each change of it rotates the key. It is kept in the state alone.",
    change: "a rotation",
  },
  rotateAfterDays: {
    schema: z
      .number()
      .positive()
      .max(36_500)
      .describe("a number of days greater than 0, 36500 at most")
      .optional(),
    doc: "Rotate the key when it is this old. Counts in `preview` and `up`, not in `refresh`.",
    unit: "days, fractions too",
    absent: "never",
    change: SCHEDULE,
  },
  overlapHours: {
    schema: z.number().min(0).max(87_600).describe("a number of hours from 0 to 87600").optional(),
    doc: "How long the previous key stays valid after a rotation; the first `up` after that revokes it.",
    unit: "hours, fractions too",
    absent: "24",
    zero: "the next `up` revokes it, whether or not what uses the key has the new one",
    change: SCHEDULE,
  },
};

/** The outputs of every key that can be rotated. */
export function keyOutputs(title: string): Readonly<Record<string, Output>> {
  return {
    apiKey: { type: "string", doc: "The key itself, secret.", secret: true },
    keyId: { type: "string", doc: `The key's id at ${title}.` },
    keyPrefix: {
      type: "string | undefined",
      doc: `The first characters of the key, as ${title} lists it; may be undefined until the first \`refresh\`. Not secret.`,
    },
    createdAt: createdOutput(title, "key"),
    previousKeyId: {
      type: "string | undefined",
      doc: "After a rotation: the id of the previous key, while it is still valid.",
    },
    previousRevokeAt: {
      type: "string | undefined",
      doc: "The time after which an `up` revokes the previous key, ISO 8601.",
    },
    earlierKeys: {
      type: "{ keyId: string; revokeAt: string }[] | undefined",
      doc: "Older keys that are still valid, after several rotations within the overlap.",
    },
  };
}

/** The argument that names fields without a limit, where a language has no `null`. Check puts `null` into each of them. */
export function unlimitedOf<Path extends string>(paths: readonly [Path, ...Path[]]) {
  return {
    schema: z
      .array(z.enum(paths))
      .describe(`a list of names of fields that have no limit: ${paths.join(", ")}`)
      .optional(),
    doc: "Names of fields that have no limit: the same as `null` in each of them, for files and languages that have no `null`. A field that has a value as well is refused.",
    change: "that of the fields",
  };
}
