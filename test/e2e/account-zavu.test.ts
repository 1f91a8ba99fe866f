import { describe } from "vitest";
import { accountLifecycle, isEveryDay } from "./account-lifecycle";
import { subjects } from "./account-subjects";

describe("zavu.SubAccount through the real engine", () =>
  accountLifecycle(subjects.zavu, (row) => isEveryDay("zavu", row)));
