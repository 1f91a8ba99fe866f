/** Policies for `@pulumi/policy`: plain objects to compose a pack of. */
import { blastRadius } from "./blast-radius";
import { bolnaPool } from "./bolna-pool";
import { budget } from "./budget";
import { defaultLimit } from "./default-limit";
import { limitBelowUsage } from "./limit-below-usage";
import { maxLimit } from "./max-limit";
import { noHardDelete } from "./no-hard-delete";
import { noLookalikeReplacement } from "./no-lookalike-replacement";
import { protectProduction } from "./protect-production";
import { requireExternalId } from "./require-external-id";
import { requireLimit } from "./require-limit";
import { uniqueExternalId } from "./unique-external-id";

export type { About, AccountPolicy, Described, StackPolicy } from "./core/policy";
export {
  blastRadius,
  bolnaPool,
  budget,
  defaultLimit,
  limitBelowUsage,
  maxLimit,
  noHardDelete,
  noLookalikeReplacement,
  protectProduction,
  requireExternalId,
  requireLimit,
  uniqueExternalId,
};

/** Every policy, for a pack that takes them all. */
export const policies = [
  defaultLimit,
  requireLimit,
  maxLimit,
  limitBelowUsage,
  budget,
  bolnaPool,
  requireExternalId,
  uniqueExternalId,
  noHardDelete,
  noLookalikeReplacement,
  protectProduction,
  blastRadius,
];
