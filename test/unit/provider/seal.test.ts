import { expect, it } from "vitest";
import { Seal } from "../../../provider/core/vendor-io/seal";

const account = { id: "sub_1", outputs: { createdAt: undefined }, fields: { creditLimit: null } };

it("what one parent key has sealed opens with that key and about the same alone, as it was", () => {
  const sealed = new Seal("parent-key").close(account, "the list, row 1");
  const opened = new Seal("parent-key").open(sealed, "the list, row 1");
  expect(opened).toStrictEqual(account);
  expect(new Seal("another-key").open(sealed, "the list, row 1")).toBeUndefined();
  expect(new Seal("parent-key").open(sealed, "the list, row 2")).toBeUndefined();
  expect(new Seal("parent-key").open(`${sealed.slice(0, -4)}AAAA`, "the list, row 1")).toBeUndefined();
});

it("a secret is known again by its mark, which does not have it", () => {
  const mark = new Seal("parent-key").markOf("bn-secret");
  expect(mark).toBe(new Seal("parent-key").markOf("bn-secret"));
  expect(mark).not.toBe(new Seal("another-key").markOf("bn-secret"));
  expect(mark).not.toContain("secret");
});
