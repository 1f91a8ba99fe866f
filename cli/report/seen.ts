import type { Account } from "../../provider/core/account/fields";
import { markerIn } from "../../provider/core/account/marker";
import type { Fields } from "../../provider/core/contract/fields";
import type { Figure, VendorUsage } from "../../provider/core/usage";
import { accountOf, type VendorName } from "../../tenant/description";

/** An account that a vendor shows, without anything of it that a report does not need. */
export interface Seen {
  readonly vendor: VendorName;
  readonly connection: string | undefined;
  readonly id: string;
  readonly name: string | undefined;
  readonly externalId: string | undefined;
  readonly presence: Account["presence"];
  /** The vendor's own word. */
  readonly status: string;
  readonly createdAt: string | undefined;
  /** Its limits, by metric. */
  readonly limits: Readonly<Record<string, number | null>>;
  /** The fields that suspend an account have the values that do. */
  readonly isStopped: boolean;
  readonly marker:
    | { readonly owner: string; readonly urn: string; readonly isSuspended: boolean }
    | undefined;
  /** The outputs that a call which reads more of it takes. */
  readonly outputs: Account["outputs"];
  figures: Readonly<Record<string, Figure>>;
}

/** The account as a report needs it. */
export function seenOf(
  vendor: VendorName,
  connection: string | undefined,
  usage: VendorUsage | undefined,
  { id, fields, presence, status, outputs, metadata, used = {} }: Account,
): Seen {
  const marker = markerIn(metadata);
  const limits = Object.keys(usage?.metrics ?? {}).flatMap((metric) => {
    const { [metric]: value } = fields;
    return typeof value === "number" || value === null ? [[metric, value] as const] : [];
  });
  const createdAt = textOf(outputs["createdAt"]);
  return {
    vendor,
    connection,
    id,
    name: textOf(fields["name"]),
    externalId: textOf(fields["externalId"]),
    presence,
    status,
    createdAt,
    outputs,
    limits: Object.fromEntries(limits),
    isStopped: isStopped(vendor, fields),
    marker: marker && { owner: marker.owner, urn: marker.urn, isSuspended: marker.suspended === true },
    figures: Object.fromEntries(
      Object.entries(used).map(([metric, amount]) => [metric, { used: amount, from: createdAt }]),
    ),
  };
}

/** Whether an account has the values by which its vendor suspends one. */
function isStopped(vendor: VendorName, fields: Fields): boolean {
  const stop = Object.entries(accountOf(vendor).description.stop?.values ?? {});
  return stop.length > 0 && stop.every(([path, value]) => fields[path] === value);
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
