import { describe } from "vitest";
import { accountLifecycle, isEveryDay } from "./account-lifecycle";
import { subjects } from "./account-subjects";

describe("bolna.SubAccount through the real engine", () =>
  accountLifecycle(subjects.bolna, (row) => isEveryDay("bolna", row)));
