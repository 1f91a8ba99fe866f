import { describe } from "vitest";
import { accountLifecycle, isEveryDay } from "./account-lifecycle";

describe("bctrl.SubAccount through the real engine", () =>
  accountLifecycle("bctrl", (row) => isEveryDay("bctrl", row)));
