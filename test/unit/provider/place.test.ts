import { describe, expect, it } from "vitest";
import { comparePlaces, idIn } from "../../../provider/core/account/place";

describe("two organizations", () => {
  it.each([
    ["team:a", "team:a", "same"],
    ["team:a", "team:b", "another"],
    ["testteam:a", "testteam:a", "same"],
    // Ids of two kinds are never compared, nor are test keys with live ones.
    ["team:a", "project:a", "unknown"],
    ["team:a", "testteam:a", "unknown"],
    ["team:a", undefined, "unknown"],
    [undefined, "team:a", "unknown"],
    [undefined, undefined, "unknown"],
  ] as const)("%s of the state and %s of the key are %s", (of, here, expected) => {
    expect(comparePlaces(of, here)).toBe(expected);
  });

  it("are named by the vendor's own id", () => {
    expect(idIn("organization:o:1.2")).toBe("o:1.2");
  });
});
