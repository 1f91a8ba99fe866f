import type { Account } from "../../provider/core/account/fields";
import { markerIn } from "../../provider/core/account/marker";
import { type Fields, valueAt } from "../../provider/core/contract/fields";
import type { Values } from "../../provider/core/contract/resource";
import type { Figure, VendorUsage } from "../../provider/core/usage";
import { usages } from "../../provider/usage";
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
    return isLimit(value) ? [[metric, value] as const] : [];
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

/** The declared limits that the vendor leaves out; not those of a set in whose place it shows another. */
export function unshownLimits({ vendor, limits }: Seen, declared: Values): string[] {
  const { fields } = accountOf(vendor);
  return Object.keys(usages[vendor]?.metrics ?? {}).filter((name) => {
    const value = valueAt(declared, name);
    const isShown = Object.hasOwn(limits, name) || otherSetShown(vendor, limits, name).length > 0;
    return (typeof value === "number" || value === null) && fields[name] !== undefined && !isShown;
  });
}

/** The limits of another set that an account has instead of this one. */
export function otherSetShown(
  vendor: VendorName,
  limits: Readonly<Record<string, unknown>>,
  name: string,
): string[] {
  const { fields } = accountOf(vendor);
  const set = fields[name]?.set;
  const shown = Object.keys(limits).filter((other) => fields[other]?.set !== undefined);
  if (set === undefined || shown.some((other) => fields[other]?.set === set)) return [];
  return shown;
}

/** Whether an account has the values by which its vendor suspends one. */
function isStopped(vendor: VendorName, fields: Fields): boolean {
  const stop = Object.entries(accountOf(vendor).description.stop?.values ?? {});
  return stop.length > 0 && stop.every(([path, value]) => fields[path] === value);
}

/** Whether a figure is told, and so small that sums of it are exact enough for money. */
export function isFigure(value: unknown): value is number {
  return typeof value === "number" && Math.abs(value) <= Number.MAX_SAFE_INTEGER;
}

/** Whether a limit is told; `null` is none. */
export function isLimit(value: unknown): value is number | null {
  return value === null || (isFigure(value) && value >= 0);
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
