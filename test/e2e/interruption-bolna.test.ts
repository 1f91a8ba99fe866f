import { describe } from "vitest";
import { interruptions } from "./interruption";

describe("an up at Bolna that is interrupted ends well", () =>
  interruptions("bolna", [
    ["kill after", "create", "POST /sub-accounts/create", "adopt line"],
    ["kill after", "update", "PATCH /sub-accounts/{id}"],
    ["kill after", "delete", "DELETE /sub-accounts/{id}"],
    ["kill after", "adopt", "PATCH /sub-accounts/{id}"],
    ["Ctrl-C", "create", "POST /sub-accounts/create"],
    ["truncated", "create", "POST /sub-accounts/create", "same up"],
  ]));
