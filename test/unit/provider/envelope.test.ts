import { expect, it } from "vitest";
import { codeAndMessage } from "../../../provider/core/vendor-io/envelope";

it("an error body is read by the vendor's names, and only its own codes say that there is no such account", () => {
  const decode = codeAndMessage({
    error: "problem",
    code: "kind",
    message: "detail",
    details: "fields",
    notFound: ["workspace_unknown"],
  });
  const said = { kind: "workspace_unknown", detail: "No such workspace", fields: ["id"] };
  expect(decode({ problem: said })).toEqual({
    code: "workspace_unknown",
    message: "No such workspace",
    details: ["id"],
    isVendors: true,
    isNotFound: true,
  });
  expect(decode({ problem: { ...said, kind: "route_unknown" } })).toMatchObject({
    isVendors: true,
    isNotFound: false,
  });
  for (const foreign of [undefined, "Not Found", { message: "no Route" }, { error: said }, { problem: {} }]) {
    expect(decode(foreign)).toMatchObject({ isVendors: false, isNotFound: false });
  }
});
