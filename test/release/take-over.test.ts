import { describe } from "vitest";
import { takeOver } from "../e2e/take-over";

describe("three hundred customers that were there before", () => takeOver(300));
