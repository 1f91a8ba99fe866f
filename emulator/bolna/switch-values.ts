import { z } from "zod";
import { commonValues, listOrder, rateValues, type SwitchValues } from "../core/switch-values";
import type { BolnaSwitches } from "./switches";

const flag = z.boolean();
const count = z.int().min(0);

/** The values that Bolna's switches can have. */
export const bolnaSwitchValues = {
  ...commonValues,
  ...rateValues,
  organizationId: z.string().min(1),
  duplicateName: z.literal(["accept", 400]),
  emptyName: z.literal(["accept", 400]),
  generation: z.literal(["calls", "minimum", "both"]),
  otherGeneration: z.literal(["refuse", "ignore"]),
  badFields: z.literal(["message", "detail list"]),
  minConcurrentCalls: count,
  concurrencyPool: count,
  createChecksPool: flag,
  poolCountsPatched: flag,
  clampConcurrentCalls: count,
  clampEchoes: flag,
  multiTenantWithoutDatabase: z.literal(["accept", 400]),
  bodilessAuthErrors: flag,
  badKeyStatus: z.literal([401, 403]),
  enterprise: flag,
  unknownDeleteStatus: z.literal([400, 404]),
  unknownIdStatus: z.literal([400, 404]),
  deletePending: count,
  listEnvelope: z.literal(["array", "paged", "data", "items", "results"]),
  emptyList: z.literal(["array", "null", "no body"]),
  listOrder,
  pageSize: z.int().min(1),
  emptyPages: count,
  endlessPages: flag,
} satisfies SwitchValues<BolnaSwitches>;
