import { describe } from "vitest";
import { nestedContract } from "../../resources/nested.contract";
import type { TypeName } from "../../support/stack";

describe("zavu.SenderName", () => {
  nestedContract({
    type: "zavu.SenderName" as TypeName,
    path: "/v1/sub-accounts/{id}/sender-names",
    reply: (senderName) => ({ senderName }),
    changes: [{ change: { purpose: "marketing" }, body: { purpose: "marketing" } }],
    another: { name: "Globex" },
    fixed: { name: "Globex", country: "FR" },
    refused: [
      ["name", "ab"],
      ["country", "DEU"],
      ["purpose", "otp"],
    ],
  });
});
