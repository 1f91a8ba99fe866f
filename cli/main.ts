#!/usr/bin/env node
import { subaccountsCommand } from "./program";

subaccountsCommand().parseAsync();
