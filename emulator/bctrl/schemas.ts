import { z } from "zod";
import { limitQuery } from "../core/paging";
import type { Face } from "./face";
import type { BctrlSwitches } from "./switches";

/** Names and external ids: 1 to 200 characters. */
const short = z.string().min(1).max(200);
/** A name: none that looks like an id, `acct_1` or a UUID. https://github.com/bctrlhq/cli */
const name = short.regex(
  /^(?![A-Za-z][A-Za-z0-9]*_)(?![0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$)[\s\S]+$/i,
  "must not look like an id",
);
/** A member that only one face has. */
const onlyIf = <T extends z.ZodType>(here: boolean, schema: T) =>
  here ? schema.optional() : z.never("unknown in this version").optional();

const metadata = z.record(z.string(), z.unknown());

const limits = ({ minimumLimit }: BctrlSwitches) => {
  const count = z.int().min(1).nullable().optional();
  return z.strictObject({
    maxActiveRuns: count,
    maxSpaces: count,
    monthlyCreditLimit: z.number().min(minimumLimit).nullable().optional(),
  });
};

/** Limits as they are sent: those to change. */
export type LimitsBody = z.infer<ReturnType<typeof limits>>;

/** Body of POST /v1/subaccounts: https://platform.bctrl.ai/api/api-reference/account/create-subaccount. */
export const createBody = (switches: BctrlSwitches) =>
  z.strictObject({
    name,
    externalId: short.optional(),
    metadata: metadata.optional(),
    limits: limits(switches).optional(),
  });

/** Body of PATCH /v1/subaccounts/{id}: https://github.com/bctrlhq/sdk-js. */
export const updateBody = (switches: BctrlSwitches) =>
  z.strictObject({
    name: name.optional(),
    externalId: short.nullable().optional(),
    metadata: metadata.nullable().optional(),
    limits: limits(switches).optional(),
  });

/** The body of a PATCH. */
export type UpdateBody = z.infer<ReturnType<typeof updateBody>>;

/** Body of POST /v2/subaccounts: https://platform.bctrl.ai/v2/api/api-reference/account/create-subaccount. */
export const createBodyV2 = z.strictObject({
  name,
  externalId: short.optional(),
  metadata: metadata.optional(),
});

/** Body of PATCH /v2/subaccounts/{id}/limits: https://platform.bctrl.ai/v2/api/api-reference/account/update-limits. */
export const limitsBodyV2 = z.strictObject({
  runs: z.unknown().optional(),
  spaces: z.unknown().optional(),
  spend: z.unknown().optional(),
});

/** The body of a PATCH of v2 limits. */
export type V2LimitsBody = z.infer<typeof limitsBodyV2>;

/** Body of POST /v1/api-keys: https://github.com/bctrlhq/cli. The type belongs to the newest version. */
export const keyBody = (face: Face, { pastExpiry }: BctrlSwitches, now: Date) =>
  z.strictObject({
    name: name.optional(),
    subaccountId: z.string().min(1).optional(),
    expiresAt: z.iso
      .datetime({ offset: true })
      .transform((text) => new Date(text).toISOString())
      .refine((text) => pastExpiry === "accept" || new Date(text) > now, "must be in the future")
      .nullable()
      .optional(),
    scopes: z.array(z.literal("*")).optional(),
    type: onlyIf(face === "current", z.enum(["organization", "subaccount"])),
  });

const paged = (face: Face, switches: BctrlSwitches) => ({
  cursor: z.string().min(1).optional(),
  limit: limitQuery(200, switches),
  order: onlyIf(face === "current", z.enum(["asc", "desc"])),
});

const include = z.literal("usage").optional();

/** Query of the listing. The text search was called `query` in v1 at first. */
export const listQuery = (face: Face, switches: BctrlSwitches) =>
  z.strictObject({
    ...paged(face, switches),
    include,
    status: z.enum(["active", "archived"]).optional(),
    externalId: short.optional(),
    q: short.optional(),
    query: onlyIf(face === "v1", short),
  });

/** The query of the listing. */
export type ListQuery = z.infer<ReturnType<typeof listQuery>>;

/** Query of a single read. */
export const readOneQuery = z.strictObject({ include });

/** Query of the usage listing; its bounds are those of the other listings. */
export const usageQuery = (face: Face, switches: BctrlSwitches) => z.strictObject(paged(face, switches));

/** Query of the key listing; its bounds are those of the other listings. */
export const keyListQuery = (face: Face, switches: BctrlSwitches) =>
  z.strictObject({
    ...paged(face, switches),
    subaccountId: z.string().min(1).optional(),
    type: z
      .enum(face === "current" ? ["organization", "subaccount", "agent"] : ["organization", "subaccount"])
      .optional(),
  });
