import { type CommonSwitches, commonSwitches } from "./common-switches";
import { type KeySwitches, keySwitches } from "./key-switches";
import { type MetadataSwitches, metadataSwitches } from "./metadata";
import { type PageSwitches, pageSwitches } from "./paging";
import { type RateSwitches, rateSwitches } from "./rate-window";
import type { Mark } from "./switches";

/** The switches of a vendor whose accounts have metadata and keys, and whose listings have pages with cursors. */
export interface UsualSwitches
  extends CommonSwitches,
    RateSwitches,
    PageSwitches,
    MetadataSwitches,
    KeySwitches {}

/** Those switches. */
export const usualSwitches = ({ perMinute, page, rate }: UsualLimits) => ({
  ...commonSwitches,
  ...rateSwitches(perMinute, rate),
  ...pageSwitches(page),
  ...metadataSwitches,
  ...keySwitches,
});

/** The limits that a vendor documents. */
interface UsualLimits {
  /** Requests a minute. */
  readonly perMinute: number;
  /** Most items on a page. */
  readonly page: number;
  /** Whether its rate can be told. Default: no reply says it. */
  readonly rate?: Mark;
}
