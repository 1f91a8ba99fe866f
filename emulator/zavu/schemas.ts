import { z } from "zod";
import { cursorQuery } from "../core/paging";
import type { ZavuSwitches } from "./switches";

const creditLimit = z.int().min(0);
const metadata = z.record(z.string(), z.unknown());

const named = (switches: ZavuSwitches, maxLength: number) =>
  z
    .string()
    .min(switches.emptyName === 400 ? 1 : 0)
    .max(maxLength);

/** Body of POST /v1/sub-accounts: https://docs.zavu.dev/api-reference/sub-accounts/create-sub-account. */
export const createBody = (switches: ZavuSwitches) =>
  z.strictObject({
    name: named(switches, 200),
    externalId: z.string().optional(),
    creditLimit: creditLimit.optional(),
    metadata: metadata.optional(),
  });

/** Body of PATCH /v1/sub-accounts/{id}: https://docs.zavu.dev/api-reference/sub-accounts/update-sub-account. */
export const updateBody = (switches: ZavuSwitches) =>
  z.strictObject({
    name: named(switches, switches.patchNameMaxLength).optional(),
    externalId: z.string().optional(),
    creditLimit: creditLimit.nullable().optional(),
    metadata: metadata.optional(),
    status: z.enum(["active", "inactive"]).optional(),
  });

/** The body of a PATCH. */
export type UpdateBody = z.infer<ReturnType<typeof updateBody>>;

/** Body of POST .../api-keys: https://docs.zavu.dev/api-reference/sub-accounts/create-sub-account-api-key. */
export const keyBody = z.strictObject({
  name: z.string().min(1),
  environment: z.enum(["live", "test"]).default("live"),
  permissions: z.array(z.string()).default([]),
});

/** Query of the listing: https://docs.zavu.dev/api-reference/sub-accounts/list-sub-accounts. */
export const listQuery = (switches: ZavuSwitches) => cursorQuery(100, switches);
