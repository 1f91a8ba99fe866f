import { resolve } from "node:path";
import { expect, it } from "vitest";
import { exitCodes } from "../../cli/exit-codes";
import { standIns } from "../../emulator/vendors";
import { pages } from "../../generate/reference.mts";
import { sources } from "../../generate/sources.mts";
import { policies } from "../../policy";
import { problemsOf, ruleOf } from "../../provider/core/contract/check";
import type { Resource } from "../../provider/core/contract/resource";
import { lookups } from "../../provider/lookups";
import { vendors } from "../../provider/vendors";

const root = resolve(__dirname, "../..");
const product = { vendors, lookups, ruleOf, policies, standIns, exitCodes };

it("the class, its page, its rows and its recorded program are made of the one description", () => {
  const { Webhook } = vendors.zavu as unknown as { Webhook: Resource<never> };
  const args = { subAccountId: "jx7", ...Webhook.description.sample };
  expect(problemsOf(Webhook, args)).toEqual([]);
  const example = `const acme = new zavu.SubAccount("acme", { name: "Acme Corp", creditLimit: 5000 });
new zavu.Webhook("acme", { subAccountId: acme.id, url: "https://hooks.example.com/zavu/acme", events: ["message.sent", "message.failed"] });`;
  const written = sources(root, product);
  const documents = pages(root, product);

  expect(written.get("sdk/zavu/webhook.ts")).toMatch(
    /readonly url: pulumi.Input<string>;[\s\S]*class Webhook extends/,
  );
  expect(written.get("sdk/zavu/index.ts")).toContain('export { Webhook, type WebhookArgs } from "./webhook"');
  expect(written.get("provider/index.ts")).toContain(
    "export const zavuWebhook = handler(zavu.Webhook, processRun)",
  );
  const program = written.get("test/fixtures/program/index.ts") ?? "";
  expect(program.match(/new zavu.Webhook\("(minimal|full)", \{/g)).toHaveLength(2);
  expect(program.match(/\bevents:/g)).toHaveLength(1);

  const page = documents.get("docs/reference/zavu.Webhook.md");
  for (const part of [example, "## Deleted outside", "## Created once", "| `url` | `string` | required |"]) {
    expect(page).toContain(part);
  }
  expect(documents.get("docs/reference/README.md")).toContain("[`zavu.Webhook`](zavu.Webhook.md)");
  expect(documents.get("docs/reference/README.md")).not.toContain("### zavu.Webhook");
});
