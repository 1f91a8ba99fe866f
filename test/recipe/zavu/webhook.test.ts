import { describe } from "vitest";
import { nestedContract } from "../../resources/nested.contract";
import type { TypeName } from "../../support/stack";

describe("zavu.Webhook", () => {
  nestedContract({
    type: "zavu.Webhook" as TypeName,
    path: "/v1/sub-accounts/{id}/webhooks",
    reply: (webhook) => ({ webhook }),
    changes: [
      { change: { url: "https://hooks.acme.test/2" }, body: { url: "https://hooks.acme.test/2" } },
      { change: { events: ["message.sent"] }, body: { events: ["message.sent"] } },
      { change: { events: undefined }, body: { events: null } },
    ],
    sameAs: { url: "https://HOOKS.example.com/zavu/acme", events: ["message.failed", "message.sent"] },
    refused: [
      ["url", "http://hooks.acme.test"],
      ["url", "hooks.acme.test"],
      ["events", []],
    ],
  });
});
