import type { EmulatorOptions } from "pulumi-subaccounts/emulator";

const DYNAMIC = "pulumi-nodejs:dynamic/subaccounts";
const SECRET = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270" };
const uuid = (number: number) => `00000000-0000-4000-8000-${String(number).padStart(12, "0")}`;

/** The accounts of a tenant, as the vendors have them and as its program declares them. */
function accountsOf(number: number) {
  const externalId = `tenant-${String(number).padStart(5, "0")}`;
  // Some need escapes in JSON.
  const name = number % 50 === 0 ? `"Café" & Söhne ${number}` : `Customer ${number}`;
  const limits = { maxActiveRuns: 5, maxSpaces: 2, monthlyCreditLimit: 20_000 };
  const createdAt = "2026-01-05T09:00:00.000Z";
  return {
    externalId,
    name,
    zavu: {
      seed: {
        id: `zv${number}`,
        name,
        externalId,
        creditLimit: 5_000,
        totalSpent: number % 5_000,
        createdAt,
      },
      inputs: { name, externalId, creditLimit: 5_000 },
    },
    bctrl: { seed: { id: `sub_${number}`, name, externalId, limits }, inputs: { name, externalId, limits } },
    bolna: {
      seed: { id: uuid(number), name, allow_concurrent_calls: 4 },
      inputs: { name, externalId, allowConcurrentCalls: 4, deletionPolicy: "retain" },
    },
  };
}

const VENDORS = ["zavu", "bctrl", "bolna"] as const;

/** Tenants with an account at each vendor that a state has, and what `pulumi stack export` prints of it. */
export function managedEstate(count: number): { seed: NonNullable<EmulatorOptions["seed"]>; state: string } {
  const tenants = Array.from({ length: count }, (_, index) => accountsOf(index));
  const owner = "owner-of-prod";
  const urnOf = (type: string, name: string) => `urn:pulumi:prod::tenants::${type}::${name}`;
  const markerOf = (vendor: string, externalId: string) => ({
    v: 1,
    owner,
    urn: urnOf(`subaccounts:index:Tenant$${DYNAMIC}/${vendor}:SubAccount`, externalId),
    nonce: "HGol6gtgdIkB7glY.07has6Hp.9JjwVLEs",
  });
  const accounts = (vendor: (typeof VENDORS)[number]) => ({
    accounts: tenants.map(({ externalId, [vendor]: { seed } }) =>
      vendor === "bolna"
        ? seed
        : { ...seed, metadata: { "pulumi-subaccounts": markerOf(vendor, externalId) } },
    ),
  });
  const provider = urnOf("pulumi:providers:pulumi-nodejs", "default");
  const resources = tenants.flatMap((tenant) => {
    const { externalId, name } = tenant;
    const parent = urnOf("subaccounts:index:Tenant", externalId);
    const outputs = { externalId, name, tier: "gold" };
    const ofVendors = VENDORS.map((vendor) => {
      const type = `${DYNAMIC}/${vendor}:SubAccount`;
      const { inputs, seed } = tenant[vendor];
      const code = `exports.handler=()=>require("pulumi-subaccounts/provider").${vendor}SubAccount;`;
      const own = { __provider: code, ...inputs };
      return {
        urn: urnOf(`subaccounts:index:Tenant$${type}`, externalId),
        custom: true,
        id: seed.id,
        type,
        inputs: { ...own, __owner: `HGol6gtgdIkB7glY prod::tenants::~${vendor}:SubAccount::${externalId}` },
        outputs: {
          ...own,
          __nonce: "HGol6gtgdIkB7glY.07has6Hp.9JjwVLEs.team:jt7emulator0001",
          apiKey: { ...SECRET, ciphertext: "v1:0123456789abcdef:".padEnd(120, "a1b2") },
          createdAt: "2026-01-05T09:00:00.000Z",
        },
        parent,
        provider: `${provider}::4d5a856b-8c8d-4d5a-b9c6-1381fdc401e3`,
        propertyDependencies: Object.fromEntries(Object.keys(own).map((key) => [key, []])),
        additionalSecretOutputs: ["apiKey"],
        created: "2026-01-05T09:00:00.123456789Z",
        modified: "2026-01-05T09:00:00.123456789Z",
      };
    });
    return [{ urn: parent, custom: false, type: "subaccounts:index:Tenant", outputs }, ...ofVendors];
  });
  const stack = {
    urn: urnOf("pulumi:pulumi:Stack", "tenants-prod"),
    custom: false,
    type: "pulumi:pulumi:Stack",
  };
  const ownerOf = {
    urn: urnOf(`${DYNAMIC}/index:Owner`, "pulumi-subaccounts"),
    custom: true,
    id: owner,
    type: `${DYNAMIC}/index:Owner`,
  };
  return {
    seed: { zavu: accounts("zavu"), bctrl: accounts("bctrl"), bolna: accounts("bolna") } as never,
    state: JSON.stringify(
      { version: 3, deployment: { manifest: {}, resources: [stack, ownerOf, ...resources] } },
      undefined,
      4,
    ),
  };
}
