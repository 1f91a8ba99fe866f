import type { Emulator } from "pulumi-subaccounts/emulator";

/** The vendors, by the name of the emulator's member. */
export type VendorName = "bctrl" | "bolna" | "zavu";

/** A key as the vendor really has it. */
interface KeyAtVendor {
  readonly id: string;
  readonly prefix: string;
  readonly revoked: boolean;
}

/** A live account as the vendor really has it. */
export interface AccountAtVendor {
  readonly id: string;
  readonly fields: Readonly<Record<string, unknown>>;
  /** Undefined where keys are no objects of their own. */
  readonly keys: readonly KeyAtVendor[] | undefined;
}

interface VendorAccess {
  /** Every account that is not deactivated, archived or deleted. */
  live(emulator: Emulator): AccountAtVendor[];
  /** Makes an account with a key in use behind the program's back. */
  seed(emulator: Emulator, fields: object): { id: string; key: string };
  /** Marks a key as used, where the vendor notes that. */
  use(emulator: Emulator, key: string): void;
  /** Whether each account has a key of its own as its `apiKey`. */
  readonly ownKey: boolean;
}

const keyOf = (key: { id: string; keyPrefix: string; revokedAt: unknown }): KeyAtVendor => ({
  id: key.id,
  prefix: key.keyPrefix,
  revoked: key.revokedAt !== null,
});

/** What the harness asks of each vendor's stand-in. */
export const vendors: Record<VendorName, VendorAccess> = {
  zavu: {
    live: ({ zavu }) =>
      zavu
        .accounts()
        .filter(({ status }) => status === "active")
        .map((account) => ({ id: account.id, fields: { ...account }, keys: account.keys.map(keyOf) })),
    seed: ({ zavu }, fields) => {
      const { id, apiKey } = zavu.seed(fields);
      zavu.useKey(apiKey);
      return { id, key: apiKey };
    },
    use: ({ zavu }, key) => zavu.useKey(key),
    ownKey: true,
  },
  bctrl: {
    live: ({ bctrl }) =>
      bctrl
        .accounts()
        .filter(({ status }) => status === "active")
        .map((account) => ({ id: account.id, fields: { ...account }, keys: account.keys.map(keyOf) })),
    seed: ({ bctrl }, fields) => {
      const { id } = bctrl.seed(fields);
      const { key } = bctrl.addKey(id, { name: "of somebody" });
      bctrl.useKey(key);
      return { id, key };
    },
    use: ({ bctrl }, key) => bctrl.useKey(key),
    ownKey: false,
  },
  bolna: {
    live: ({ bolna }) =>
      bolna.accounts().map((account) => ({ id: account.id, fields: { ...account }, keys: undefined })),
    seed: ({ bolna }, fields) => {
      const { id, api_key } = bolna.seed(fields);
      return { id, key: api_key };
    },
    use: () => {},
    ownKey: true,
  },
};

const words = /^(v\d|sub-?accounts|api-keys|archive|all|create|limits)$/;

/** A request in a few words, without ids: `PATCH /v1/sub-accounts/{id}`. */
export function callOf({ method, path }: { method: string; path: string }): string {
  const segments = path
    .split("/")
    .map((segment) => (segment === "" || words.test(segment) ? segment : "{id}"));
  return `${method} ${segments.join("/")}`;
}
