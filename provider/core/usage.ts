import type { Run } from "./base/run";
import type { Settings } from "./vendor-io/config";
import { connect } from "./vendor-io/connection";
import { type Page, PageReader } from "./vendor-io/page-reader";
import type { Vendor } from "./vendor-io/vendor";

/** A metric of an account that a vendor counts or limits. */
export interface UsageMetric {
  /** One of it, as in `cents`. */
  readonly unit: string;
  /** The time that its use is of: since the account was made, a billing cycle, a window that is asked for, this moment. */
  readonly period: "total" | "cycle" | "window" | "now";
}

/** A figure of an account. Whatever a reply leaves out is absent. */
export interface Figure {
  readonly used?: number | undefined;
  /** For a limit that no listing shows; `null` is no limit. */
  readonly limit?: number | null | undefined;
  /** ISO 8601 in UTC. */
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

/** The figures of an account by metric. */
export interface AccountUsage {
  readonly id: string;
  readonly figures: Readonly<Record<string, Figure>>;
}

/** The window that figures of one are asked for, ISO 8601 in UTC, within a calendar month. */
export interface UsageWindow {
  readonly from: string;
  readonly to: string;
}

/** A vendor's usage: the part that an author writes. What its listing shows is in `used` of an account. */
export interface UsageKind<Client> {
  readonly vendor: Vendor<Client>;
  /** By name; a metric that a field limits has the field's: `limits.maxSpaces`. */
  readonly metrics: Readonly<Record<string, UsageMetric>>;
  /** Reads the usage of all accounts, page by page. */
  readonly page?: (
    client: Client,
    cursor: string | undefined,
    window: UsageWindow,
  ) => Promise<Page<AccountUsage>>;
  /** Reads the usage of one account, where the vendor has no list or refuses it; undefined if there is no such account. */
  readonly one?: (client: Client, id: string, window: UsageWindow) => Promise<AccountUsage | undefined>;
  /** Reads figures that take a call of their own for each account, where one of these fields is declared. */
  readonly further?: {
    readonly fields: readonly string[];
    readonly read: (
      client: Client,
      id: string,
      outputs: Readonly<Record<string, unknown>>,
    ) => Promise<AccountUsage | undefined>;
  };
}

/** The usage of the accounts behind a key. */
export interface UsageReader {
  readonly pages: (window: UsageWindow) => PageReader<AccountUsage> | undefined;
  readonly one?: (id: string, window: UsageWindow) => Promise<AccountUsage | undefined>;
  readonly further?: {
    readonly fields: readonly string[];
    readonly read: (
      id: string,
      outputs: Readonly<Record<string, unknown>>,
    ) => Promise<AccountUsage | undefined>;
  };
}

/** A vendor's metrics, and how they are read. */
export interface VendorUsage {
  readonly metrics: Readonly<Record<string, UsageMetric>>;
  readonly readerWith: (settings: Settings, run: Run) => UsageReader;
}

/** The usage of a vendor's accounts, outside of any program. It only reads. */
export function usage<Client>({ vendor, metrics, page, one, further }: UsageKind<Client>): VendorUsage {
  return {
    metrics,
    readerWith: (settings, run) => {
      const { client } = connect(vendor, settings, run);
      return {
        pages: (window) =>
          page &&
          new PageReader({
            fetchPage: (cursor) => page(client, cursor, window),
            idOf: ({ id }) => id,
            nowMs: run.world.now,
          }),
        ...(one && { one: (id, window) => one(client, id, window) }),
        ...(further && {
          further: { fields: further.fields, read: (id, outputs) => further.read(client, id, outputs) },
        }),
      };
    },
  };
}
