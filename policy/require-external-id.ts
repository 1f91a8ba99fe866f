import { VENDOR_NAMES, type VendorName } from "../tenant/description";
import { label } from "./core/account";
import { accountPolicy } from "./core/policy";
import { read } from "./core/reading";

/** Every account carries the id by which its customer is known. */
export const requireExternalId = accountPolicy<{ vendors?: readonly VendorName[]; pattern?: string }>(
  {
    name: "require-external-id",
    description: "Every account has an externalId, by which its customer is found again.",
    enforcementLevel: "mandatory",
    configSchema: {
      properties: {
        vendors: {
          type: "array",
          description: "the vendors whose accounts need one",
          items: { type: "string", enum: [...VENDOR_NAMES] },
          default: [...VENDOR_NAMES],
        },
        pattern: {
          type: "string",
          format: "regex",
          description: "a regular expression that it must match as a whole; without it, any text will do",
        },
      },
    },
    about: {
      sees: "the declared `externalId` of each account, before anything is done with it",
      cannotSee: "an `externalId` that the vendor has and the code does not declare",
      unknown: "is a violation",
      example: { vendors: ["zavu", "bctrl"], pattern: "tenant-[a-z0-9-]+" },
    },
  },
  (account, { vendors = VENDOR_NAMES, pattern }, report) => {
    if (!vendors.includes(account.vendor)) return;
    const reading = read(account.props, "externalId");
    if (!reading.isKnown) {
      report(`${label(account)}: externalId is not known yet. Give it a value that a preview knows`);
    } else if (typeof reading.value !== "string" || reading.value.trim() === "") {
      report(
        `${label(account)}: externalId is not declared. Declare your own id of the customer, which never changes`,
      );
    } else if (pattern !== undefined && !new RegExp(`^(?:${pattern})$`, "u").test(reading.value)) {
      report(
        `${label(account)}: externalId does not match ${pattern}. Declare your own id of the customer in this form`,
      );
    }
  },
);
