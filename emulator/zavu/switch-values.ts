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
import { refusals } from "./errors";
import type { ZavuSwitches } from "./switches";

const flag = z.boolean();
const text = z.string().min(1);

/** The values that Zavu's switches can have. */
export const zavuSwitchValues = {
  ...commonValues,
  ...rateValues,
  ...pageValues,
  ...metadataValues,
  ...keyValues,
  refuses: refusedCalls(refusals),
  teamId: text,
  teamShown: flag,
  projectId: text,
  testMode: flag,
  duplicateExternalId: z.literal(["accept", 409]),
  duplicateCountsInactive: flag,
  emptyName: z.literal(["accept", 400]),
  patchNameMaxLength: z.int().min(1),
  emptyPatch: z.literal(["ok", 400]),
  inactiveInList: flag,
  secondDelete: z.literal([200, 404]),
  getInactive: z.literal(["ok", 404]),
  patchInactive: z.literal(["ok", 400]),
  statusInactiveRevokesKeys: flag,
  zeroLimitReadsAs: z.literal([0, null, "absent"]),
  unsetReadsAs: z.literal([null, "absent"]),
  clampCreditLimit: z.int().min(0),
  clampEchoes: flag,
  errorEnvelope: z.literal(["flat", "nested"]),
  revokedKeysInList: flag,
  secondRevoke: z.literal([204, 404]),
  keyCreateStatus: z.literal([200, 201]),
  keyCreateOnInactive: z.literal(["ok", 400]),
  listOrder,
  metadataShownIn: z.literal(["all", "single reads"]),
  ownKeyName: text,
  keyPageSize: z.int().min(1),
  keyOrder: listOrder,
  rateLimitResetUnit: z.literal(["ms", "s"]),
} satisfies SwitchValues<ZavuSwitches>;
