import { zavu } from "pulumi-subaccounts";
import { tenants } from "./tenants";

for (const [name, tenant] of tenants()) new zavu.SubAccount(name, tenant);
