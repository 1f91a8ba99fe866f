import { z } from "zod";
import type { Run } from "../base/run";
import type { FleetShare } from "./fleet-share";
import type { RateLimit } from "./rate-budget";
import type { RateHints } from "./rate-hints";

/** How many permits are asked for at a time. */
const LOT = 10;
/** How long this process goes on by itself before it asks again, in milliseconds. */
const ALONE_MS = 10_000;

const grant = z.object({
  granted: z.number(),
  validMs: z.number(),
  waitMs: z.number(),
  isPause: z.boolean(),
  isProbe: z.boolean(),
  sharers: z.number(),
});

/** Options of {@link SharedPermits}. */
export interface SharedPermitsOptions {
  readonly run: Run;
  readonly title: string;
  readonly share: FleetShare;
  /** The hash of the credential and its base URL. */
  readonly key: string;
  readonly documented: RateLimit | undefined;
  /** Called when a call may go that could not before, with how long the vendor takes none, in milliseconds. */
  readonly onAnswer: (pauseMs: number) => void;
}

/** The news in replies since the last ask. */
interface News {
  count?: object;
  pauseMs?: number;
  isGuessed?: boolean;
  isProbed?: boolean;
}

/** Permits for calls from the rate budget that the shards of a fleet share. Where that is gone, a part of the rate is ours. */
export class SharedPermits {
  readonly #options: SharedPermitsOptions;
  #left = 0;
  #leftUntilMs = 0;
  #isAsking = false;
  #againAtMs = 0;
  #aloneUntilMs = Number.NEGATIVE_INFINITY;
  #sharers: number;
  #isProbe = false;
  #windowEndMs = 0;
  #news: News = {};
  /** Calls that were sent while this process was by itself, and when the last of them was. */
  #spent = 0;
  #spentAtMs = 0;

  constructor(options: SharedPermitsOptions) {
    this.#options = options;
    this.#sharers = options.share.parallel;
  }

  /** Among how many processes the rate is divided: 1 while permits are asked for. */
  get parts(): number {
    return this.#isAlone ? Math.max(1, this.#sharers) : 1;
  }

  /** How long this process goes on by itself, in milliseconds; infinite while it asks. */
  get aloneMs(): number {
    return this.#isAlone ? this.#aloneUntilMs - this.#options.run.world.now() : Number.POSITIVE_INFINITY;
  }

  /** How long until a call may go, in milliseconds: 0 where there is a permit, infinite while one is asked for. */
  waitMs(nowMs: number, wanted: number): number {
    if (this.#isAlone || (this.#left > 0 && nowMs < this.#leftUntilMs)) return 0;
    if (this.#isAsking) return Number.POSITIVE_INFINITY;
    if (nowMs < this.#againAtMs) return this.#againAtMs - nowMs;
    void this.#ask(Math.min(LOT, wanted));
    return Number.POSITIVE_INFINITY;
  }

  /** Uses a permit up. */
  use(): void {
    if (this.#isAlone) {
      this.#spent++;
      this.#spentAtMs = this.#options.run.world.now();
    }
    this.#left = Math.max(0, this.#left - 1);
  }

  /** Passes on what a reply said. @param pauseMs how long all calls pause, where the vendor refused this one */
  tell(hints: RateHints, nowMs: number, pauseMs: number | undefined, isGuessed: boolean): void {
    const { limit, remaining, resetAtMs, vendorResetAtMs = resetAtMs } = hints;
    let isUrgent = false;
    if (remaining !== undefined && resetAtMs !== undefined && resetAtMs > nowMs && vendorResetAtMs) {
      this.#news.count = { limit, remaining, resetInMs: resetAtMs - nowMs, vendorResetAtMs };
      isUrgent = vendorResetAtMs > this.#windowEndMs + 1_000;
      this.#windowEndMs = Math.max(this.#windowEndMs, vendorResetAtMs);
    }
    if (pauseMs !== undefined) {
      this.#news.pauseMs = Math.max(this.#news.pauseMs ?? 0, pauseMs);
      this.#news.isGuessed = isGuessed;
      this.#left = 0;
      isUrgent = true;
    } else if (this.#isProbe) {
      this.#news.isProbed = true;
      this.#isProbe = false;
      isUrgent = true;
    }
    if (isUrgent && !this.#isAsking && !this.#isAlone) void this.#ask(0);
  }

  get #isAlone(): boolean {
    return this.#options.run.world.now() < this.#aloneUntilMs;
  }

  async #ask(want: number): Promise<void> {
    const { share, key, documented, run, title, onAnswer } = this.#options;
    const news = this.#news;
    this.#news = {};
    this.#isAsking = true;
    let pauseMs = 0;
    try {
      const calls = this.#spent;
      const spent = calls > 0 ? { calls, agoMs: run.world.now() - this.#spentAtMs } : undefined;
      const body = { key, process: share.process, want, documented, spent, ...news };
      const given = await share.ask("/rate", body, grant);
      const nowMs = run.world.now();
      this.#sharers = given.sharers;
      this.#spent -= calls;
      if (want > 0) {
        this.#left = given.granted;
        this.#leftUntilMs = nowMs + given.validMs;
        this.#isProbe ||= given.isProbe && given.granted > 0;
        this.#againAtMs = nowMs + given.waitMs;
      }
      pauseMs = given.isPause ? given.waitMs : 0;
    } catch {
      this.#aloneUntilMs = run.world.now() + ALONE_MS;
      share.tellGone(title, this.#sharers);
    }
    this.#isAsking = false;
    onAnswer(pauseMs);
    // A refusal that came meanwhile is for all.
    if (this.#news.pauseMs !== undefined && !this.#isAsking && !this.#isAlone) void this.#ask(0);
  }
}
