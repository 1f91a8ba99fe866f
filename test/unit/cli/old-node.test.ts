import { expect, it } from "vitest";
import { oldNodeProblem } from "../../../cli/package";

it("commands that need a newer Node say so in a line", () => {
  expect(oldNodeProblem("20.20.2")).toMatch(
    /^this command needs Node 22\.19 or newer, and runs on 20\.20\.2: put a newer Node first on PATH/,
  );
  expect(oldNodeProblem("22.19.0")).toBeUndefined();
});
