import type { Context } from "hono";
import type { World } from "../core/stand-in";
import type { VendorEnv } from "../core/vendor";
import type { BctrlAccount } from "./account";
import type { Caller } from "./auth";
import type { Face } from "./face";
import type { Idempotency, Outcome } from "./idempotency";
import type { BctrlRecord } from "./records";
import type { BctrlSwitches } from "./switches";
import type { BctrlUsage } from "./usage";

/** The context of a call. */
export interface BctrlEnv extends VendorEnv<BctrlRecord> {
  Variables: { face: Face; caller: Caller };
}

/** What the routes work with. */
export interface BctrlWorld extends World<BctrlAccount, BctrlRecord, BctrlSwitches> {
  /** Usage of accounts, by id. */
  readonly usages: ReadonlyMap<string, BctrlUsage>;
  /** The calls of the newest version that may come again. */
  readonly kept: Idempotency;
  /** The one id of a request, for its reply's header and body. */
  readonly requestId: (request: Request) => string;
}

/** Answers with what an act did; in the newest version an `Idempotency-Key` has the same act done just once. */
export type Once = (
  c: Context<BctrlEnv>,
  act: () => Outcome,
  again?: (outcome: Outcome) => Outcome,
) => Response;
