import { PolicyPack } from "@pulumi/policy";
import { policies } from "pulumi-subaccounts/policy";

// Every policy, and what holds unless `--policy-pack-config` says something else. Name the level of each policy that is
// configured here: without it, Pulumi takes it for advisory, whatever level the policy has by itself.
new PolicyPack(
  "subaccounts",
  { policies },
  {
    "default-limit": {
      enforcementLevel: "remediate",
      limits: { "zavu.creditLimit": 10_00 }, // cents
    },
    "require-limit": {
      enforcementLevel: "mandatory",
      limits: ["zavu.creditLimit", "bctrl.limits.monthlyCreditLimit", "bolna.allowConcurrentCalls"],
    },
    "max-limit": {
      enforcementLevel: "mandatory",
      limits: {
        "zavu.creditLimit": 100_00,
        "bctrl.limits.monthlyCreditLimit": 20_000,
        "bolna.allowConcurrentCalls": 5,
      },
      tiers: { gold: { "zavu.creditLimit": 1_000_00, "bolna.allowConcurrentCalls": 20 } },
    },
    "limit-below-usage": { enforcementLevel: "advisory", maxAgeDays: 8 }, // what is used: SUBACCOUNTS_USAGE
    budget: {
      enforcementLevel: "mandatory",
      limit: 5_000,
      currency: "USD",
      rates: {
        "zavu.creditLimit": 0.01, // a cent
        "bctrl.limits.monthlyCreditLimit": 0.001, // a credit
        "bolna.allowConcurrentCalls": 25, // what a line costs you
      },
      per: { "bolna.allowConcurrentCalls": "month" },
    },
    "bolna-pool": { enforcementLevel: "mandatory", pool: 50 },
    "blast-radius": { enforcementLevel: "mandatory", percent: 10, always: 1, loweredBy: 50 },
  },
);
