import * as pulumi from "@pulumi/pulumi";
import { zavu } from "pulumi-subaccounts";

const config = new pulumi.Config();

const acme = new zavu.SubAccount(
  "acme",
  {
    name: "Acme Corp", // 1 to 200 characters
    externalId: "tenant-acme", // your own reference; can be changed later, but not taken out
    creditLimit: 50_00, // US cents, for all that the account ever spends: no monthly limit
    metadata: { tier: "gold", seats: 3 }, // any JSON; keys that others put there stay
    status: "active", // or "inactive", which suspends the account
    ownKey: "keep", // or "revoke": the key that it was born with ends once it has an ApiKey
    deletionPolicy: "retain", // removed from the program, it is left as it is; default: "deactivate"
  },
  {
    protect: true, // removing it fails until `pulumi state unprotect`
    // aliases: [{ name: "acme-inc" }], // the former name, after a rename in this program
  },
);

// An account that exists already, at a second parent project.
const globex = new zavu.SubAccount("globex", {
  name: "Globex",
  unlimited: ["creditLimit"], // as `creditLimit: null`: no cap, and one set elsewhere is taken away; left out: any cap is left alone
  adopt: config.require("globexId"), // its id at Zavu; may be taken out after the first `up`
  connection: "eu", // an entry of the config `subaccounts:connections`
});

const acmeBackend = new zavu.ApiKey("acme-backend", {
  subAccountId: acme.id,
  name: "backend", // unique in its account
  environment: "live", // or "test"
  permissions: ["messages:send"], // in Zavu's words
  keepers: { operator: "ann" }, // any change makes a new key; so does
  rotateAfterDays: 90, // the age of the key, at the next `up`
  overlapHours: 48, // so long the key before stays valid; default: 24
});
const globexBackend = new zavu.ApiKey("globex-backend", {
  subAccountId: globex.id,
  name: "backend",
  connection: "eu", // that of its account
});

export const acmeKey = acme.apiKey; // the key that Zavu makes with an account; an adopted one has none to show
export const backendKeys = pulumi.secret({ acme: acmeBackend.apiKey, globex: globexBackend.apiKey });
