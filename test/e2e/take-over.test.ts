import { describe } from "vitest";
import { takeOver } from "./take-over";

describe("a hundred customers that were there before", () => takeOver(100));
