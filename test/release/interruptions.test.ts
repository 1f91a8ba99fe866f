import { describe } from "vitest";
import { interruptions } from "../e2e/interruption";
import { subjectOf, VENDORS } from "../vendors/index.mts";

/** Beside those of test/e2e/interruption-….test.ts. */
describe("an up that is interrupted ends well", () => {
  describe("at Zavu", () => {
    const [account, keys] = ["/v1/sub-accounts/{id}", "/v1/sub-accounts/{id}/api-keys"];
    interruptions("zavu", [
      ["kill after", "create", `POST ${keys}`],
      ["kill after", "replace key", `POST ${keys}`],
      ["kill after", "delete", `DELETE ${account}`],
      ["kill after", "rotate", `POST ${keys}`],
      ["kill after", "rotate at once", `DELETE ${keys}/{id}`],
      ["kill after", "several", `POST ${keys}`],
      ["drop after", "create", `POST ${keys}`, "same up"],
    ]);
  });
  describe("at bctrl", () => {
    const [accounts, account, keys] = ["/v1/subaccounts", "/v1/subaccounts/{id}", "/v1/api-keys"];
    interruptions("bctrl", [
      ["kill after", "create", `POST ${accounts}`],
      ["kill after", "update", `PATCH ${account}`],
      ["kill of the CLI alone", "delete", `POST ${account}/archive`],
      ["kill after", "adopt", `POST ${keys}`],
      ["Ctrl-C", "several", `POST ${keys}`],
    ]);
  });
  describe("at Bolna", () =>
    interruptions("bolna", [
      ["kill after", "update", "PATCH /sub-accounts/{id}"],
      ["kill after", "delete", "DELETE /sub-accounts/{id}"],
      ["kill after", "adopt", "PATCH /sub-accounts/{id}"],
      ["Ctrl-C", "create", "POST /sub-accounts/create"],
    ]));
  const others = VENDORS.filter((vendor) => !["zavu", "bctrl", "bolna"].includes(vendor));
  describe.each(others)("at %s", (vendor) => {
    const { create, update, remove } = subjectOf(vendor).calls;
    interruptions(vendor, [
      ["kill after", "create", create],
      ["kill after", "update", update],
      ["kill after", "delete", remove],
    ]);
  });
});
