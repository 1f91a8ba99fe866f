import * as pulumi from "@pulumi/pulumi";
import { type Tenant, tenants } from "./tenants";

/** What Pulumi alone costs: the same inputs and outputs, and a provider that does nothing. */
class NoOp extends pulumi.CustomResource {
  constructor(name: string, tenant: Tenant) {
    const props = {
      ...tenant,
      apiKey: undefined,
      createdAt: undefined,
      // As long as the line of pulumi-subaccounts, since every resource stores it twice.
      __provider: 'exports.handler=()=>require("pulumi-no-accounts/provider").zavuSubAccount;',
    };
    // The type is as long as ours, too.
    super("pulumi-nodejs:dynamic/no-accounts/noop:SubAccount", name, props, {
      additionalSecretOutputs: ["apiKey"],
    });
  }
}

for (const [name, tenant] of tenants()) new NoOp(name, tenant);
