import * as pulumi from "@pulumi/pulumi";
import * as vault from "@pulumi/vault";
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

for (const { externalId, apiKeys } of tenants) {
  new vault.kv.SecretV2(externalId, {
    mount: "kv",
    name: `tenants/${externalId}`,
    dataJson: pulumi.jsonStringify(apiKeys), // vendor → key
    // Else the versions before, with the keys before, would outlive the customer.
    deleteAllVersions: true,
  });
}
