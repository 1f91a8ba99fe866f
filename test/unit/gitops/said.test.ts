import { expect, it } from "vitest";
import { said } from "../../../examples/automation/said";

it("the back end of examples/automation tells each warning and error of a run once, and nothing else of it", () => {
  const output = [
    "Diagnostics:",
    "  pulumi:pulumi:Stack (saas-acme):",
    "    warning: Zavu: the sub-account has a working key that no state has",
    "    warning: Zavu: the sub-account has a working key that no state has",
    "    error: update failed",
    "Outputs:",
    "    apiKeys: [secret]",
  ].join("\n");
  expect(said("warning", output)).toEqual(["Zavu: the sub-account has a working key that no state has"]);
  expect(said("error", output)).toEqual(["update failed"]);
});
