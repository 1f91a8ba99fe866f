import { describe } from "vitest";
import { accountLifecycle, isEveryDay } from "../e2e/account-lifecycle";
import { subjects } from "../e2e/account-subjects";

describe("zavu.SubAccount through the real engine", () =>
  accountLifecycle(subjects.zavu, (row) => !isEveryDay("zavu", row)));
