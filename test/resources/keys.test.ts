import { describe } from "vitest";
import { KEYED } from "../vendors/index.mts";
import { apiKeyContract } from "./api-key.contract";

describe.each(KEYED)("a key at %s", apiKeyContract);
