import * as pulumi from "@pulumi/pulumi";
import { bctrl, bolna, zavu } from "pulumi-subaccounts";
import { EncryptedFile } from "./encrypted-file";

const config = new pulumi.Config();

const messaging = new zavu.SubAccount("acme", { name: "Acme Corp", externalId: "tenant-acme" });
const browser = new bctrl.SubAccount("acme", { name: "Acme Corp", externalId: "tenant-acme" });
const voice = new bolna.SubAccount("acme", {
  name: "Acme Corp",
  allowConcurrentCalls: 4,
  deletionPolicy: "retain",
});

// Keys that are resources of their own stay known in previews when an account changes.
const messagingKey = new zavu.ApiKey("acme", { subAccountId: messaging.id, name: "backend" });
const browserKey = new bctrl.ApiKey("acme", { subAccountId: browser.id, name: "backend" });
const voiceKey = new bolna.ApiKey("acme", { subAccountId: voice.id });

// A new key is in the file before the old one is revoked, since the file depends on the keys.
const file = new EncryptedFile("acme", {
  path: "keys/acme.env.age",
  recipient: config.require("recipient"),
  content: pulumi.interpolate`ZAVUDEV_API_KEY=${messagingKey.apiKey}
BCTRL_API_KEY=${browserKey.apiKey}
BOLNA_API_KEY=${voiceKey.apiKey}
`,
});

export const keys = file.path;
