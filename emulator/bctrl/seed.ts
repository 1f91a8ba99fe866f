import { z } from "zod";
import { dateTime, id, metadata, unique, whole } from "../core/seed";
import type { BctrlAccount, BctrlLimits, BctrlV2Limits } from "./account";
import type { BctrlKey } from "./api-key";

/** A key to begin with: what is left out is as in a new one. */
export type BctrlSeedKey = Partial<Omit<BctrlKey, "subaccountId">>;

/** An account to begin with: what is left out is as in a new one. Without `keys` it has none. */
type BctrlSeedAccount = Partial<Omit<BctrlAccount, "limits" | "v2Limits">> & {
  readonly name: string;
  readonly limits?: Partial<BctrlLimits> | undefined;
  readonly v2Limits?: Partial<BctrlV2Limits> | undefined;
  readonly keys?: readonly BctrlSeedKey[] | undefined;
};

/** What bctrl begins with: accounts, and keys of the organization. */
export interface BctrlSeed {
  readonly accounts?: readonly BctrlSeedAccount[] | undefined;
  readonly keys?: readonly BctrlSeedKey[] | undefined;
}

const key = z.strictObject({
  id: id.exactOptional(),
  name: z.string().nullable().exactOptional(),
  secret: z.string().min(20).exactOptional(),
  keyPrefix: z.string().exactOptional(),
  type: z.enum(["organization", "subaccount", "agent"]).exactOptional(),
  scopes: z.array(z.string()).exactOptional(),
  createdAt: dateTime.exactOptional(),
  updatedAt: dateTime.exactOptional(),
  expiresAt: dateTime.nullable().exactOptional(),
  lastUsedAt: dateTime.nullable().exactOptional(),
  usageCount: whole.exactOptional(),
  revokedAt: dateTime.nullable().exactOptional(),
});
const keys = unique(z.array(key), "id").exactOptional();

const account = z.strictObject({
  id: id.exactOptional(),
  name: z.string(),
  externalId: z.string().nullable().exactOptional(),
  status: z.string().min(1).exactOptional(),
  limits: z
    .strictObject({
      maxActiveRuns: whole.nullable().exactOptional(),
      maxSpaces: whole.nullable().exactOptional(),
      monthlyCreditLimit: z.number().min(0).nullable().exactOptional(),
    })
    .exactOptional(),
  v2Limits: z
    .strictObject({ runs: z.unknown(), spaces: z.unknown(), spend: z.unknown() })
    .partial()
    .exactOptional(),
  spendingCap: whole.nullable().exactOptional(),
  metadata: metadata.nullable().exactOptional(),
  defaultSpaceId: id.exactOptional(),
  createdAt: dateTime.exactOptional(),
  updatedAt: dateTime.exactOptional(),
  archivedAt: dateTime.nullable().exactOptional(),
  keys,
});

/** The schema of what bctrl begins with, in the vendor's words and units. */
export const bctrlSeed = z.strictObject({ accounts: unique(z.array(account), "id").exactOptional(), keys });
