import * as pulumi from "@pulumi/pulumi";
import { expect, it, vi } from "vitest";
import { zavu } from "../../../sdk";
import { registrationsOf } from "./registrations";

const CONNECTIONS = JSON.stringify({
  eu: { vendor: "zavu", apiKey: "canary" },
  us: { vendor: "zavu" },
});

it("a program warns once of each key that the stack's config has in clear, and shows none", async () => {
  const warn = vi.spyOn(pulumi.log, "warn").mockResolvedValue();
  pulumi.runtime.setAllConfig(
    {
      "subaccounts:zavuApiKey": "canary",
      "subaccounts:bctrlApiKey": "canary",
      "subaccounts:zavuBaseUrl": "https://api.zavu.dev",
      "subaccounts:connections": CONNECTIONS,
      "shop:zavuApiKey": "another program's",
    },
    ["subaccounts:bctrlApiKey"],
  );
  await registrationsOf(() =>
    pulumi.all(["one", "two"].map((name) => new zavu.SubAccount(name, { name }).urn)),
  );
  const said = warn.mock.calls.map(([text]) => text);
  expect(said).toEqual([
    expect.stringMatching(
      /^A KEY IS IN CLEAR in the config key subaccounts:zavuApiKey.*--secret subaccounts:zavuApiKey <new key>/,
    ),
    expect.stringMatching(
      /^A KEY IS IN CLEAR in the config key subaccounts:connections.*--secret --path 'subaccounts:connections\.eu\.apiKey' <new key>/,
    ),
  ]);
  expect(said.join()).not.toContain("canary");
});
