import { describe } from "vitest";
import { interruptions } from "./interruption";

describe("an up at Zavu that is interrupted ends well", () =>
  interruptions("zavu", [
    ["kill after", "create", "POST /v1/sub-accounts"],
    ["Ctrl-C", "rotate", "POST /v1/sub-accounts/{id}/api-keys"],
  ]));
