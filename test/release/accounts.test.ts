import { describe } from "vitest";
import { accountLifecycle, isEveryDay } from "../e2e/account-lifecycle";
import { VENDORS } from "../vendors/index.mts";

describe.each(VENDORS)("%s.SubAccount through the real engine", (vendor) =>
  accountLifecycle(vendor, (row) => !isEveryDay(vendor, row)),
);
