import { expect, it } from "vitest";
import { readMarker } from "../../../provider/core/account/marker";
import { fromTexts, toTexts } from "../../../provider/core/account/text-metadata";
import { textMetadataField } from "../../../provider/core/contract/shared-fields";

const marker = { v: 1, owner: "o", urn: "u", nonce: "i.t.o" };

it("a marker among texts is read as it was written", () => {
  const texts = toTexts({ tier: "gold", "pulumi-subaccounts": marker });
  expect(texts).toEqual({ tier: "gold", "pulumi-subaccounts": JSON.stringify(marker) });
  expect(readMarker(fromTexts(texts as Record<string, string>))).toEqual(marker);
  expect(toTexts({ tier: "gold" })).toEqual({ tier: "gold" });
});

it.each(["{", "null", '"{}"', "{}"])("%s in the marker's place is no marker", (text) => {
  expect(readMarker(fromTexts({ tier: "gold", "pulumi-subaccounts": text }))).not.toMatchObject({ v: 1 });
  expect(fromTexts({ tier: "gold" })).toEqual({ tier: "gold" });
});

it("other values than texts are refused, and so is the marker's key", () => {
  expect(textMetadataField.schema.safeParse({ seats: "3" }).success).toBe(true);
  for (const wrong of [{ seats: 3 }, { "pulumi-subaccounts": "x" }]) {
    expect(textMetadataField.schema.safeParse(wrong).success).toBe(false);
  }
});
