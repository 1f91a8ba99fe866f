import { describe } from "vitest";
import { interruptions } from "./interruption";

describe("an up at bctrl that is interrupted ends well", () =>
  interruptions("bctrl", [
    ["kill after", "several", "POST /v1/subaccounts"],
    ["outage", "update", "PATCH /v1/subaccounts/{id}"],
  ]));
