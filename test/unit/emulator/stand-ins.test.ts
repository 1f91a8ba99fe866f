import { describe } from "vitest";
import { VENDORS } from "../../vendors/index.mts";
import { standInContract } from "./stand-in.contract";

describe.each(VENDORS)("The stand-in of %s", standInContract);
