import { describe } from "vitest";
import { quarter } from "../e2e/quarter";

describe("a quarter of a platform team whose deployments are killed and whose vendors fail", () =>
  quarter(120, 25));
