import { describe } from "vitest";
import { accountLifecycle, isEveryDay } from "./account-lifecycle";

describe("zavu.SubAccount through the real engine", () =>
  accountLifecycle("zavu", (row) => isEveryDay("zavu", row)));
