import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
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

for (const tenant of tenants) {
  const { externalId, apiKeys } = tenant;
  const secret = new aws.secretsmanager.Secret(
    externalId,
    {
      name: `tenants/${externalId}`,
      // Nothing to recover: its keys end with it. A window would keep the name of a customer who comes back taken.
      recoveryWindowInDays: 0,
    },
    // So that it is deleted before the keys end.
    { dependsOn: tenant },
  );
  new aws.secretsmanager.SecretVersion(externalId, {
    secretId: secret.id,
    secretString: pulumi.jsonStringify(apiKeys), // vendor → key
  });
}
