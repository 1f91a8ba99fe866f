import { describe, expect, it } from "vitest";
import type { ListedKey } from "../../../provider/core/key/keys";
import { type HeldKeys, keyIdsInState, unknownKeys } from "../../../provider/core/key/unknown";

const listed = (id: string, more: Partial<ListedKey> = {}): ListedKey => ({
  id,
  name: "default",
  prefix: `zv_${id}`,
  createdAtMs: undefined,
  use: "never",
  lastUsedAtMs: undefined,
  revoked: false,
  ...more,
});
const held = (more: Partial<HeldKeys> = {}): HeldKeys => ({
  ids: new Set(),
  names: new Set(["default"]),
  waiting: new Set(),
  own: [],
  ...more,
});
/** Ids of the unknown keys, each with its doubt. */
const found = (keys: ListedKey[], known: HeldKeys) =>
  unknownKeys(keys, known).map(({ key, doubt }) => (doubt === undefined ? key.id : `${key.id} ${doubt}`));

describe("a key is unknown", () => {
  it("if it has a name of ours, works, and the state does not have it", () => {
    const keys = [
      listed("held"),
      listed("lost"),
      listed("revoked", { revoked: true }),
      listed("theirs", { name: "theirs" }),
      listed("nameless", { name: undefined }),
      listed("reserved", { name: "pulumi-subaccounts" }),
    ];
    expect(found(keys, held({ ids: new Set(["held"]) }))).toEqual(["lost", "reserved"]);
    expect(found(keys, held({ names: new Set() }))).toEqual(["reserved"]);
  });

  it("whatever its name is, if the keys of the tenant have ended", () => {
    const keys = [
      listed("own"),
      listed("theirs", { name: "theirs" }),
      listed("nameless", { name: undefined }),
    ];
    expect(found(keys, held({ own: ["zv_own_secret"], haveEnded: true }))).toEqual(["theirs", "nameless"]);
  });

  it("without a doubt, if one other key alone has the prefix of the account's own", () => {
    const keys = [listed("own"), listed("lost"), listed("bare", { prefix: "" })];
    expect(found(keys, held({ own: ["zv_own_secret"] }))).toEqual(["lost", "bare"]);
  });

  it("with a doubt, if prefixes do not tell the account's own key", () => {
    const short = [listed("a", { prefix: "zv_..." }), listed("b", { prefix: "zv_..." }), listed("c")];
    expect(found(short, held({ own: ["zv_own_secret"] }))).toEqual(["a prefix", "b prefix", "c"]);
    const bare = [listed("a", { prefix: "" }), listed("c")];
    expect(found(bare, held({ own: ["zv_own_secret"] }))).toEqual(["a prefix", "c"]);
  });

  it("with a doubt, if the state has the account's own key encrypted", () => {
    expect(found([listed("a")], held({ own: [null] }))).toEqual(["a encrypted"]);
  });

  it("with a doubt, if the key of its name could not be made yet, since the account is suspended", () => {
    const keys = [listed("former"), listed("reserved", { name: "pulumi-subaccounts" })];
    expect(found(keys, held({ waiting: new Set(["default"]) }))).toEqual(["former waiting", "reserved"]);
  });
});

it("the state of a key has today's, else its first, and the replaced ones that still work", () => {
  expect(keyIdsInState("first", {})).toEqual(["first"]);
  const rotated = { keyId: "third", previousKeyId: "second", earlierKeys: [{ keyId: "other" }] };
  expect(keyIdsInState("first", rotated)).toEqual(["third", "second", "other"]);
});
