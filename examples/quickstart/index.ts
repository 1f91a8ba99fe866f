import { bctrl, bolna, zavu } from "pulumi-subaccounts";

// One customer at three vendors.
const messaging = new zavu.SubAccount("acme", {
  name: "Acme Corp",
  externalId: "tenant-acme",
  creditLimit: 50_00, // cents
  metadata: { tier: "gold" },
});

const browser = new bctrl.SubAccount("acme", {
  name: "Acme Corp",
  externalId: "tenant-acme",
  limits: { maxActiveRuns: 5, maxSpaces: 2, monthlyCreditLimit: 20_000 }, // credits of USD 0.001
});

const voice = new bolna.SubAccount("acme", {
  name: "Acme Corp",
  allowConcurrentCalls: 4,
  deletionPolicy: "delete", // erases agents, call history, perhaps recordings: "retain" for real customers
});

// Keys of their own for the backend, which stay known in previews when the account changes.
const messagingBackend = new zavu.ApiKey("acme-backend", { subAccountId: messaging.id, name: "backend" });
const browserBackend = new bctrl.ApiKey("acme-backend", { subAccountId: browser.id, name: "backend" });

export const messagingId = messaging.id;
export const browserId = browser.id;
export const voiceId = voice.id;
// Secret outputs: shown as [secret], encrypted in the state; `pulumi stack output --show-secrets` reveals them.
export const messagingKey = messaging.apiKey;
export const backendKey = messagingBackend.apiKey;
export const browserKey = browserBackend.apiKey;
export const voiceKey = voice.apiKey;
