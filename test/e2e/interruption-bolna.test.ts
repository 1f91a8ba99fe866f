import { describe } from "vitest";
import { interruptions } from "./interruption";

describe("an up at Bolna that is interrupted ends well", () =>
  interruptions("bolna", [
    ["kill after", "create", "POST /sub-accounts/create", "adopt line"],
    ["truncated", "create", "POST /sub-accounts/create", "same up"],
  ]));
