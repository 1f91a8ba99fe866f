import { describe, expect, it } from "vitest";
import { ownSecrets } from "../../../provider/core/account/kind";
import { Run } from "../../../provider/core/base/run";
import type { WriteContext } from "../../../provider/core/contract/resource";
import { apiKeysOf, KEY_NAME, type KeyApi, type ListedKey } from "../../../provider/core/key/keys";
import { checkOwnKey, endOwnKey, keepOwnKey, replaceOwnKey } from "../../../provider/core/key/own-key";
import { readListing } from "../../../provider/core/nested/listing";
import { VirtualTime } from "../../support/virtual-time";

const SECRET = "zv_live_own_1";
const ACCOUNT = "acc";

const key = (id: string, more: Partial<ListedKey> = {}): ListedKey => ({
  id,
  name: id,
  prefix: `zv_live_${id}`,
  createdAtMs: 0,
  use: "never",
  lastUsedAtMs: undefined,
  revoked: false,
  ...more,
});
const own = (more: Partial<ListedKey> = {}) => key("own", { prefix: "zv_live_own", ...more });

/** A vendor of keys, and everything that was done to it. */
function world(
  listings: (readonly ListedKey[] | undefined | { items: readonly ListedKey[]; flaw: string })[],
) {
  const time = new VirtualTime();
  const said: string[] = [];
  const revoked: string[] = [];
  let issued = 0;
  let reads = 0;
  const run = new Run(
    time.surroundings({
      tell: async ({ text }) => {
        said.push(text);
      },
    }),
  );
  const context: WriteContext<unknown> = {
    client: undefined,
    connection: "c",
    run,
    maxWaitMs: 1,
    ownership: { owner: "o", urn: "urn" },
    ignored: [],
    allowedOrganizations: undefined,
    checksAllKeys: false,
  };
  const keys: KeyApi = {
    title: "Zavu",
    list: async () => {
      const listing = listings[Math.min(reads++, listings.length - 1)];
      if (listing === undefined) return undefined;
      return { ...("flaw" in listing ? listing : { items: listing }), atMs: time.now() };
    },
    account: async () => "active",
    isReplaced: async () => false,
    place: async () => undefined,
    issue: async () => ({ id: `new${++issued}`, secret: `zv_live_new${issued}` }),
    revoke: async (_account, id) => {
      revoked.push(id);
    },
  };
  const doing = <T>(work: Promise<T>) => time.run(work);
  return { context, keys, said, revoked, time, doing, issued: () => issued };
}

const REPLACED = "zv_live_new1";

describe("the own key of an account", () => {
  it.each([
    ["works", [own(), key("other")], SECRET, SECRET],
    ["is revoked", [own({ revoked: true }), key("other")], null, REPLACED],
    ["is not listed any more", [key("other")], null, REPLACED],
    [
      "may be any of those without a prefix",
      [own({ prefix: "" }), key("other", { prefix: "" })],
      SECRET,
      SECRET,
    ],
    ["is one of two with a short prefix", [own(), key("b", { prefix: "zv_live_..." })], SECRET, SECRET],
    [
      "is one of two, of which one is revoked",
      [own({ prefix: "zv" }), key("b", { prefix: "zv", revoked: true })],
      SECRET,
      REPLACED,
    ],
    ["is in no listing, for the vendor denies the account", undefined, SECRET, SECRET],
    ["may be missing in a listing that is incomplete", { items: [], flaw: "it loops" }, SECRET, SECRET],
  ] as const)(
    "that %s is looked at in a refresh, and again when an update must have a key that works",
    async (_what, listing, checked, kept) => {
      const at = world([listing]);
      expect(await at.doing(checkOwnKey(at.context, at.keys, ACCOUNT, SECRET))).toBe(checked);
      expect(await at.doing(keepOwnKey(at.context, at.keys, ACCOUNT, SECRET))).toMatchObject({
        secret: kept,
      });
      expect(at.revoked).toEqual([]);
    },
  );

  it("is not dead because one listing lacks it", async () => {
    const at = world([[key("other")], [own(), key("other")]]);
    expect(await at.doing(checkOwnKey(at.context, at.keys, ACCOUNT, SECRET))).toBe(SECRET);
  });

  it("is followed by a count of the keys of the reserved name that no state has", async () => {
    const at = world([[own(), key("a", { name: KEY_NAME }), key("b", { name: KEY_NAME }), key("backend")]]);
    await at.doing(checkOwnKey(at.context, at.keys, ACCOUNT, SECRET));
    expect(at.said).toEqual([
      expect.stringMatching(
        /acc has 2 working keys \("pulumi-subaccounts" \(a\), "pulumi-subaccounts" \(b\)\) that no state.*keys --unknown/,
      ),
    ]);
    await at.doing(checkOwnKey(at.context, at.keys, ACCOUNT, SECRET));
    expect(at.said).toHaveLength(1);
  });

  describe("that was lost with the reply to the create of this run", () => {
    const account = { id: ACCOUNT, outputs: { createdAt: "2026-01-01T00:00:00Z" } };
    const born = { createdAtMs: Date.parse("2026-01-01T00:00:01Z") };
    it.each([
      ["proven", [own(born)], true, ["own"]],
      ["taken over, not made", [own(born)], false, []],
      ["one of two", [own(born), key("b", born)], true, []],
      ["in use", [own({ ...born, use: "used" })], true, []],
      ["of unknown use", [own({ ...born, use: "unknown" })], true, []],
      ["of unknown time", [own({ createdAtMs: undefined })], true, []],
      ["older", [own({ createdAtMs: 1 })], true, []],
    ] as const)("is revoked only if it is proven: %s", async (_what, listing, lostInRun, ended) => {
      const at = world([[...listing, key("new1", { name: KEY_NAME })]]);
      const { secret } = await at.doing(replaceOwnKey(at.context, at.keys, account, lostInRun));
      expect(secret).toBe(REPLACED);
      expect(at.revoked).toEqual(ended);
      expect(at.said.join()).toMatch(
        ended.length > 0 ? /revoked the key own of .* nobody has it/ : /that no state of this run has/,
      );
    });

    it("is replaced although the listing fails, which is said", async () => {
      const at = world([]);
      const keys = { ...at.keys, list: () => Promise.reject(new Error("down")) };
      expect(await at.doing(replaceOwnKey(at.context, keys, account, true))).toEqual({ secret: REPLACED });
      expect(at.said.join()).toMatch(/could not be told: down/);
    });
  });

  describe("that the program wants revoked", () => {
    const listing = [own(), key("backend")];
    it.each([
      ["there is an ApiKey in the state", ["backend"], listing, true],
      ["there is none", [], listing, false],
      ["that ApiKey's key does not work", ["backend"], [own(), key("backend", { revoked: true })], false],
      ["prefixes are not shown", ["backend"], listing.map((each) => ({ ...each, prefix: "" })), false],
    ] as const)("ends when %s", async (_what, saved, listed, isEnded) => {
      const at = world([listed]);
      for (const id of saved) apiKeysOf(at.context, ACCOUNT).add(id);
      expect(await at.doing(endOwnKey(at.context, at.keys, ACCOUNT, SECRET))).toBe(isEnded);
      expect(at.revoked).toEqual(isEnded ? ["own"] : []);
    });

    it("stays when the ApiKey was made by this very run, which no state has saved yet", async () => {
      const at = world([listing]);
      const { secret } = await at.doing(keepOwnKey(at.context, at.keys, ACCOUNT, null));
      expect(secret).toBe(REPLACED);
      apiKeysOf(at.context, ACCOUNT).add("new1");
      expect(await at.doing(endOwnKey(at.context, at.keys, ACCOUNT, SECRET))).toBe(false);
    });
  });

  it("is never told of as unknown, though it has the name of an ApiKey", async () => {
    const at = world([[own({ name: KEY_NAME }), key("b", { name: KEY_NAME })]]);
    ownSecrets(at.context, ACCOUNT).add(SECRET);
    await at.doing(checkOwnKey(at.context, at.keys, ACCOUNT, SECRET));
    expect(at.said).toEqual([expect.stringContaining("a working key")]);
  });
});

describe("a key listing", () => {
  const pages = (next: (page: number) => string | undefined, itemsOf: (page: number) => ListedKey[]) => {
    let page = 0;
    return readListing(
      "key",
      async () => {
        page++;
        return { items: itemsOf(page), next: next(page) };
      },
      () => 0,
    );
  };

  it("is read to its end, page by page, though a page in between is empty", async () => {
    const { items, flaw } = await pages(
      (page) => (page < 5 ? `p${page}` : undefined),
      (page) => (page === 3 ? [] : [key(`k${page}`)]),
    );
    expect([items.map(({ id }) => id), flaw]).toEqual([["k1", "k2", "k4", "k5"], undefined]);
  });

  it.each([
    ["repeats a cursor", () => "same", (page: number) => [key(`k${page}`)], /repeats a cursor/],
    ["goes on without a new key", (page: number) => `p${page}`, () => [key("k")], /without anything new/],
  ])("that %s is incomplete", async (_what, next, itemsOf, flaw) => {
    expect((await pages(next, itemsOf)).flaw).toMatch(flaw);
  });
});
