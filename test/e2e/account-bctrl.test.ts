import { describe } from "vitest";
import { accountLifecycle, isEveryDay } from "./account-lifecycle";
import { subjects } from "./account-subjects";

describe("bctrl.SubAccount through the real engine", () =>
  accountLifecycle(subjects.bctrl, (row) => isEveryDay("bctrl", row)));
