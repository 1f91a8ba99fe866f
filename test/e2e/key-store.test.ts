import { describe } from "vitest";
import { deliversKeys, installed, recipes } from "./key-store";

// The other stores, whose packages are too large for every `npm ci`, are in test/release/key-stores.test.ts.
describe("keys delivered to", () => {
  for (const recipe of recipes.filter(({ name }) => name === installed)) deliversKeys(recipe);
});
