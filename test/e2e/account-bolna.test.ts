import { describe } from "vitest";
import { accountLifecycle, isEveryDay } from "./account-lifecycle";

describe("bolna.SubAccount through the real engine", () =>
  accountLifecycle("bolna", (row) => isEveryDay("bolna", row)));
