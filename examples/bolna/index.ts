import * as pulumi from "@pulumi/pulumi";
import { bolna } from "pulumi-subaccounts";

const config = new pulumi.Config();

const acme = new bolna.SubAccount(
  "acme",
  {
    name: "Acme Corp", // unique in the organization: it is all that Bolna can be searched by
    allowConcurrentCalls: 4, // calls at once, from the organization's pool
    deletionPolicy: "retain", // "delete" erases agents, batches and executions, perhaps recordings, frees numbers
    externalId: "tenant-acme", // your own reference, kept in the state only
    multiTenant: true, // a database of its own; cannot be changed later
    database: {
      host: "db.acme.example",
      port: 5432,
      name: "calls",
      user: "bolna",
      password: config.requireSecret("acmeDatabasePassword"),
    }, // kept secret; cannot be changed later, and Bolna does not show it
  },
  {
    protect: true, // removing it fails until `pulumi state unprotect`
    // aliases: [{ name: "acme-inc" }], // the former name, after a rename in this program
  },
);

// Newer organizations: a guaranteed minimum and a cap, instead of allowConcurrentCalls. Bolna tells by a refusal which it is.
const isNewer = config.getBoolean("newerConcurrency") ?? false;
const initech = new bolna.SubAccount("initech", {
  name: "Initech",
  ...(isNewer ? { minConcurrency: 1, maxConcurrency: 6 } : { allowConcurrentCalls: 6 }),
  deletionPolicy: "retain",
});

// An account that exists already, at a second organization.
const globex = new bolna.SubAccount("globex", {
  name: "Globex",
  ...(isNewer ? { minConcurrency: 2 } : { allowConcurrentCalls: 2 }),
  unlimited: isNewer ? ["maxConcurrency"] : undefined, // the same as `maxConcurrency: null`: no cap of its own
  deletionPolicy: "retain",
  adopt: config.require("globexId"), // its id at Bolna; may be taken out after the first `up`
  connection: "eu", // an entry of the config `subaccounts:connections`
});

// The one key that Bolna gives an account, in a resource that stays known in previews when the account changes.
const acmeKey = new bolna.ApiKey("acme", { subAccountId: acme.id });
const globexKey = new bolna.ApiKey("globex", {
  subAccountId: globex.id,
  connection: "eu", // that of its account
});

export const keys = pulumi.secret({
  acme: acmeKey.apiKey,
  globex: globexKey.apiKey,
  initech: initech.apiKey,
});
