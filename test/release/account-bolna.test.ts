import { describe } from "vitest";
import { accountLifecycle, isEveryDay } from "../e2e/account-lifecycle";
import { subjects } from "../e2e/account-subjects";

describe("bolna.SubAccount through the real engine", () =>
  accountLifecycle(subjects.bolna, (row) => !isEveryDay("bolna", row)));
