import { VENDOR_NAMES } from "../tenant/description";
import { label, type Subject } from "./core/account";
import { type Report, stackPolicy } from "./core/policy";
import { normalized, read } from "./core/reading";

/** No two accounts of a vendor, and no two tenants, are said to be the same customer. */
export const uniqueExternalId = stackPolicy<{ scope?: "connection" | "vendor" }>(
  {
    name: "unique-external-id",
    description: "No two accounts of a vendor, and no two tenants, have the same externalId.",
    enforcementLevel: "mandatory",
    configSchema: {
      properties: {
        scope: {
          type: "string",
          enum: ["connection", "vendor"],
          description:
            "within what it must differ: the accounts of one connection, or of a vendor through all of its connections",
          default: "connection",
        },
      },
    },
    about: {
      sees: "the declared `externalId` (but for case, blanks and Unicode form) and `connection` of all accounts of the stack, and the `externalId` of its tenants, at the end of the preview and of the `up`",
      cannotSee:
        "other stacks. Zavu's and bctrl's accounts are looked for before they are created, whoever made them; Bolna has no place for an `externalId`",
      unknown: "is a violation as soon as there is another account that it might equal",
      example: { scope: "vendor" },
    },
  },
  ({ accounts, tenants }, { scope = "connection" }, report) => {
    const together = scope === "vendor" ? ["externalId"] : ["externalId", "connection"];
    for (const vendor of VENDOR_NAMES) {
      const ofVendor = accounts.filter((account) => account.vendor === vendor);
      checkUnique(ofVendor, together, label, report);
    }
    checkUnique(tenants, ["externalId"], ({ name }) => `tenant ${JSON.stringify(name)}`, report);
  },
);

/** Reports each resource of which all these properties, the externalId first, equal those of one before it. */
function checkUnique<Resource extends Pick<Subject, "urn" | "props">>(
  resources: readonly Resource[],
  paths: readonly string[],
  called: (resource: Resource) => string,
  report: Report,
): void {
  const first = new Map<string, Resource>();
  for (const resource of resources) {
    const readings = paths.map((path) => ({ path, ...read(resource.props, path) }));
    const [externalId] = readings;
    if (externalId?.isKnown && typeof externalId.value !== "string") continue;
    const unknown = readings.find(({ isKnown }) => !isKnown);
    if (unknown) {
      if (resources.length === 1) continue;
      report(
        `${called(resource)}: ${unknown.path} is not known yet, so it may be the same customer as another. Give it a value that a preview knows`,
        resource.urn,
      );
      continue;
    }
    const key = JSON.stringify([
      normalized(String(externalId?.isKnown && externalId.value)),
      ...readings.slice(1).map((reading) => (reading.isKnown ? (reading.value ?? null) : null)),
    ]);
    const other = first.get(key);
    if (other === undefined) first.set(key, resource);
    else {
      report(
        `${called(resource)}: externalId is the same as that of ${called(other)}, so both are the same customer. Give each its own, or remove one`,
        resource.urn,
      );
    }
  }
}
