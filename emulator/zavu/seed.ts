import { z } from "zod";
import { dateTime, id, metadata, unique, whole } from "../core/seed";
import type { ZavuAccount, ZavuKey } from "./account";

/** An account to begin with: what is left out is as in a new one. Without `keys` it has one key. */
type ZavuSeedAccount = Partial<Omit<ZavuAccount, "keys">> & {
  readonly name: string;
  readonly keys?: readonly Partial<ZavuKey>[] | undefined;
};

/** What Zavu begins with. */
export interface ZavuSeed {
  readonly accounts?: readonly ZavuSeedAccount[] | undefined;
}

const key = z.strictObject({
  id: id.exactOptional(),
  name: z.string().exactOptional(),
  secret: z.string().min(20).exactOptional(),
  keyPrefix: z.string().exactOptional(),
  environment: z.enum(["live", "test"]).exactOptional(),
  permissions: z.array(z.string()).exactOptional(),
  createdAt: whole.exactOptional(),
  lastUsedAt: whole.nullable().exactOptional(),
  revokedAt: whole.nullable().exactOptional(),
});

const account = z.strictObject({
  id: id.exactOptional(),
  name: z.string(),
  externalId: z.string().nullable().exactOptional(),
  status: z.string().min(1).exactOptional(),
  creditLimit: whole.nullable().exactOptional(),
  totalSpent: whole.exactOptional(),
  metadata: metadata.nullable().exactOptional(),
  createdAt: dateTime.exactOptional(),
  keys: unique(z.array(key), "id").exactOptional(),
});

/** The schema of what Zavu begins with, in the vendor's words and units. */
export const zavuSeed = z.strictObject({ accounts: unique(z.array(account), "id").exactOptional() });
