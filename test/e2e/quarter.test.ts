import { describe } from "vitest";
import { quarter } from "./quarter";

describe("a quarter of a platform team", () => quarter(12));
