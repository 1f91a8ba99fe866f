import { describe } from "vitest";
import { accountLifecycle, isEveryDay } from "../e2e/account-lifecycle";
import { subjects } from "../e2e/account-subjects";

describe("bctrl.SubAccount through the real engine", () =>
  accountLifecycle(subjects.bctrl, (row) => !isEveryDay("bctrl", row)));
