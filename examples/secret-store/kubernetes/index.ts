import * as kubernetes from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
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

// Without it a rotation deletes the Secret first and then makes it anew: in between, or if that fails, there is none.
const cluster = new kubernetes.Provider("cluster", { enableSecretMutable: true });

for (const { externalId, apiKeys } of tenants) {
  new kubernetes.core.v1.Secret(
    externalId,
    {
      metadata: { name: `keys-${externalId}`, namespace: "tenants" },
      stringData: apiKeys as pulumi.Output<Record<string, string>>, // vendor → key
    },
    { provider: cluster },
  );
}
