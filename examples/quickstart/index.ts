import { bolna, zavu } from "pulumi-subaccounts";

// One customer at two vendors.
const messaging = new zavu.SubAccount("acme", {
  name: "Acme Corp",
  externalId: "tenant-acme",
  creditLimit: 50_00, // cents
  metadata: { tier: "gold" },
});

const voice = new bolna.SubAccount("acme", {
  name: "Acme Corp",
  allowConcurrentCalls: 4,
  deletionPolicy: "delete", // erases the account's agents and call history: prefer "retain" for real customers
});

// A key of its own for the backend, which stays known in previews when the account changes.
const backend = new zavu.ApiKey("acme-backend", { subAccountId: messaging.id, name: "backend" });

export const messagingId = messaging.id;
export const voiceId = voice.id;
// Secret outputs: shown as [secret], encrypted in the state; `pulumi stack output --show-secrets` reveals them.
export const messagingKey = messaging.apiKey;
export const backendKey = backend.apiKey;
export const voiceKey = voice.apiKey;
