import * as pulumi from "@pulumi/pulumi";
import { bctrl } from "pulumi-subaccounts";

const config = new pulumi.Config();

const acme = new bctrl.SubAccount(
  "acme",
  {
    name: "Acme Corp", // 1 to 200 characters
    externalId: "tenant-acme", // your own reference, 1 to 200 characters
    metadata: { tier: "gold", seats: 3 }, // any JSON; keys that others put there stay
    limits: {
      maxActiveRuns: 5, // runs at once
      maxSpaces: 1,
      monthlyCreditLimit: 20_000, // credits of USD 0.001, per billing cycle
    },
    spendingCap: 50_00, // US cents per calendar month, of the space that the account starts with; stops what runs
    deletionPolicy: "retain", // removed from the program, it is left as it is; default: "archive", for good
  },
  {
    protect: true, // removing it fails until `pulumi state unprotect`
    // aliases: [{ name: "acme-inc" }], // the former name, after a rename in this program
  },
);

// An account that exists already, at a second organization.
const globex = new bctrl.SubAccount("globex", {
  name: "Globex",
  limits: {
    maxActiveRuns: 50,
    monthlyCreditLimit: null, // no limit, and one that is set elsewhere is taken away
    // maxSpaces is left out: whatever is set elsewhere is left alone
  },
  unlimited: ["spendingCap"], // the same as `spendingCap: null`, for languages without a null
  adopt: config.require("globexId"), // its id at bctrl; may be taken out after the first `up`
  connection: "eu", // an entry of the config `subaccounts:connections`
});

const acmeBackend = new bctrl.ApiKey("acme-backend", {
  subAccountId: acme.id,
  name: "backend", // unique in its account
  expiresAt: "2199-01-31T00:00:00Z", // with its zone; left out: never
  keepers: { operator: "ann" }, // any change makes a new key; so does
  rotateAfterDays: 90, // the age of the key, at the next `up`
  overlapHours: 48, // so long the key before stays valid; default: 24
});
const globexBackend = new bctrl.ApiKey("globex-backend", {
  subAccountId: globex.id,
  name: "backend",
  connection: "eu", // that of its account
});

export const backendKeys = pulumi.secret({ acme: acmeBackend.apiKey, globex: globexBackend.apiKey });
