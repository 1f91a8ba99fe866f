import { describe } from "vitest";
import { quarter } from "../e2e/quarter";

const SEED = 25;

describe("a quarter in which deployments are killed and vendors fail", { timeout: 1_800_000 }, () =>
  quarter(120, SEED),
);
