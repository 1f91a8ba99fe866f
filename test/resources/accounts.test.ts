import { describe } from "vitest";
import { FACES } from "../support/customers";
import { subAccountContract } from "./sub-account.contract";

describe.each(FACES)("a sub-account at %s", subAccountContract);
