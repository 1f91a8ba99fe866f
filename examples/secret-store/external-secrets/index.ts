import * as kubernetes from "@pulumi/kubernetes";
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
  const secret = new vault.kv.SecretV2(externalId, {
    mount: "kv",
    name: `tenants/${externalId}`,
    dataJson: pulumi.jsonStringify(apiKeys), // vendor → key
    deleteAllVersions: true,
  });
  new kubernetes.apiextensions.CustomResource(externalId, {
    apiVersion: "external-secrets.io/v1",
    kind: "ExternalSecret",
    metadata: { name: `keys-${externalId}`, namespace: "tenants" },
    spec: {
      refreshInterval: "15m0s",
      secretStoreRef: { kind: "ClusterSecretStore", name: "vault" },
      // `Owner`: the Kubernetes Secret goes with this resource.
      target: { name: `keys-${externalId}`, creationPolicy: "Owner" },
      dataFrom: [{ extract: { key: secret.name } }],
    },
  });
}
