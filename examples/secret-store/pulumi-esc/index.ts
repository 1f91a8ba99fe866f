import * as pulumi from "@pulumi/pulumi";
import * as pulumiservice from "@pulumi/pulumiservice";
import { Tenant } from "pulumi-subaccounts";

const keys = { rotateAfterDays: 90, overlapHours: 72 }; // why so many: docs/key-stores.md

const tenants = [
  new Tenant("tenant-acme", {
    externalId: "tenant-acme",
    name: "Acme Corp",
    vendors: { zavu: {}, bctrl: {} },
    keys: { zavu: keys, bctrl: keys },
  }),
];

const organization = new pulumi.Config().require("organization");

for (const { externalId, apiKeys } of tenants) {
  const definition = apiKeys.apply((byVendor) => {
    const secrets = Object.entries(byVendor).map(([vendor, key]) => [vendor, { "fn::secret": key }]);
    return new pulumi.asset.StringAsset(JSON.stringify({ values: { apiKeys: Object.fromEntries(secrets) } }));
  });
  const environment = new pulumiservice.Environment(
    externalId,
    { organization, project: "tenants", name: externalId, yaml: definition }, // JSON is YAML
    { additionalSecretOutputs: ["yaml"] },
  );
  // The provider (1.3.0) reports a refused update as done: only the revision, 0, tells.
  environment.revision.apply((revision) => {
    if (revision === 0 && !pulumi.runtime.isDryRun()) {
      throw new pulumi.RunError(
        `the environment of ${externalId} was not updated: run \`pulumi up --refresh\``,
      );
    }
  });
}
