#!/usr/bin/env node
import { endUnexpected, watchOutput } from "./failures";
import { subaccountsCommand } from "./program";

watchOutput();
process.on("uncaughtException", endUnexpected);
subaccountsCommand().parseAsync().catch(endUnexpected);
