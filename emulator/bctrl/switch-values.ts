import { z } from "zod";
import {
  commonValues,
  keyValues,
  listOrder,
  metadataValues,
  pageValues,
  rateValues,
  refusedCalls,
  type SwitchValues,
} from "../core/switch-values";
import { refusals } from "./refusals";
import type { BctrlSwitches } from "./switches";

const flag = z.boolean();

/** The values that bctrl's switches can have. */
export const bctrlSwitchValues = {
  ...commonValues,
  ...rateValues,
  ...pageValues,
  ...metadataValues,
  ...keyValues,
  refuses: refusedCalls(refusals),
  organizationId: z.string().min(1),
  withoutVersion: z.literal(["v1", "current", 400]),
  resolvesNames: flag,
  duplicateExternalId: z.literal(["accept", 409]),
  duplicateName: z.literal(["accept", 409]),
  duplicateCountsArchived: flag,
  listWithoutStatus: z.literal(["all", "active"]),
  externalIdFilter: z.literal(["exact", "prefix"]),
  listOrder,
  limits: z.literal(["merge", "replace"]),
  minimumLimit: z.number(),
  clampMonthlyCreditLimit: z.number().min(0),
  clampEchoes: flag,
  spendingCapByKey: z.literal(["accept", 403]),
  clampSpendingCap: z.int().min(0),
  emptyPatch: z.literal(["ok", 400]),
  patchArchived: z.literal(["ok", 409]),
  getArchived: z.literal(["ok", 404]),
  secondArchive: z.literal([200, 404]),
  unsetReadsAs: z.literal([null, "absent"]),
  metadataShownIn: z.literal(["all", "single reads"]),
  keyCreateOnArchived: z.literal(["ok", 403]),
  keyCreateForUnknown: z.literal([400, 403, 404]),
  pastExpiry: z.literal(["accept", 400]),
  archivedKeysWork: flag,
  secondRevoke: z.literal([200, 404]),
  idempotencyRetentionMs: z.int().min(0),
  replaySecret: z.literal(["same", "fresh"]),
  v2Errors: z.literal(["flat", "nested"]),
  v2LimitsReply: z.literal(["data", "empty"]),
} satisfies SwitchValues<BctrlSwitches>;
