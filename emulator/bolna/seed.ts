import { z } from "zod";
import { id, unique, whole } from "../core/seed";
import type { BolnaAccount } from "./account";

/** An account to begin with: what is left out is as in a new one, its key too. */
type BolnaSeedAccount = Partial<BolnaAccount> & { readonly name: string };

/** What Bolna begins with. */
export interface BolnaSeed {
  readonly accounts?: readonly BolnaSeedAccount[] | undefined;
}

const text = z.string().nullable().exactOptional();
const concurrency = whole.nullable().exactOptional();

const account = z.strictObject({
  id: z.uuid().toLowerCase().exactOptional(),
  name: z.string(),
  user_id: id.exactOptional(),
  organization_id: id.exactOptional(),
  api_key: z.string().min(20).exactOptional(),
  multi_tenant: z.boolean().exactOptional(),
  db_host: text,
  db_name: text,
  db_port: text,
  db_user: text,
  db_password: text,
  allow_concurrent_calls: concurrency,
  min_concurrency: concurrency,
  max_concurrency: concurrency,
  created_at: z.string().exactOptional(),
  updated_at: z.string().exactOptional(),
});

/** The schema of what Bolna begins with, in the vendor's words and units. */
export const bolnaSeed = z.strictObject({
  accounts: unique(unique(z.array(account), "id"), "api_key").exactOptional(),
});
