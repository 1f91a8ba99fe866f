import { PolicyPack } from "@pulumi/policy";
import {
  blastRadius,
  budget,
  limitBelowUsage,
  maxLimit,
  noHardDelete,
  noLookalikeReplacement,
  requireLimit,
} from "pulumi-subaccounts/policy";

// Their settings, and with them their levels, are in policy-config.json. A policy of your own stands beside them.
new PolicyPack("tenants", {
  policies: [
    requireLimit,
    maxLimit,
    limitBelowUsage,
    budget,
    noHardDelete,
    noLookalikeReplacement,
    blastRadius,
  ],
});
