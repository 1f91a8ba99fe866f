import { AccountIndex } from "../../../provider/core/vendor-io/account-index";

export interface Item {
  readonly id: string;
  readonly name: string;
}

/**
 * How the vendor's cursors say where to go on: after an item (bctrl sorts by `createdAt` and `id`), or after so many rows
 * (Bolna, if it answers in pages at all). Zavu does not say.
 */
export type CursorKind = "item" | "row";

/** What happens at the vendor while a page is under way. `at` picks an item, `rank` its place in the list. */
export type Event =
  | { readonly kind: "create" | "our create"; readonly rank: number; readonly hiddenMs: number }
  | { readonly kind: "rename" | "remove"; readonly at: number }
  | { readonly kind: "our rename" | "our removal"; readonly at: number; readonly hiddenMs: number }
  | { readonly kind: "failure" | "repeated cursor" | "empty page" };

/** How a vendor lists, what it has at first, and what happens. */
export interface Vendor {
  readonly cursors: CursorKind;
  readonly pageSize: number;
  readonly ranks: readonly number[];
  /** By the page during which they happen. */
  readonly events: readonly (readonly Event[])[];
}

export const LAG_MS = 20;

/** An account as it truly is, and how the vendor's list shows it. */
export class Truth {
  readonly id: string;
  readonly rank: number;
  readonly bornMs: number;
  name: string;
  removedAtMs: number | undefined;
  isBeingRemoved = false;
  /** Only our own writes have changed it, and none is under way. */
  isOursAlone = false;
  #shown: { readonly name: string | undefined; readonly fromMs: number }[];

  constructor(id: string, rank: number, bornMs: number, shownFromMs: number) {
    this.id = id;
    this.rank = rank;
    this.bornMs = bornMs;
    this.name = id;
    this.#shown = [{ name: id, fromMs: shownFromMs }];
  }

  /** Renames or removes it; the list shows that from then on. */
  change(name: string | undefined, nowMs: number, shownFromMs = nowMs): void {
    if (name === undefined) this.removedAtMs = nowMs;
    else this.name = name;
    this.#shown = [
      ...this.#shown.filter(({ fromMs }) => fromMs <= shownFromMs),
      { name, fromMs: shownFromMs },
    ];
  }

  nameInList(nowMs: number): string | undefined {
    return this.#shown.findLast(({ fromMs }) => fromMs <= nowMs)?.name;
  }
}

/** A vendor with an account index over it; the n-th page that is asked for brings the n-th events about. */
export class Model {
  readonly cursors: CursorKind;
  /** By the page during which they happen; those to come can be taken out. */
  events: readonly (readonly Event[])[];
  nowMs = 100;
  readonly truths: Truth[] = [];
  readonly removedByOthersMs: number[] = [];
  pages = 0;
  firstPages = 0;
  failures = 0;
  ourRemovals = 0;
  readonly #pageSize: number;
  #names = 0;
  readonly #underWay: (() => Promise<void>)[] = [];

  readonly index = new AccountIndex<Item>({
    fetchPage: (cursor) => this.#page(cursor),
    idOf: ({ id }) => id,
    keysOf: ({ name }) => [`name ${name}`, "all"],
    nowMs: () => this.nowMs,
    lagMs: LAG_MS,
  });

  constructor({ cursors, pageSize, ranks, events }: Vendor) {
    this.cursors = cursors;
    this.#pageSize = pageSize;
    this.events = events;
    for (const rank of ranks) this.#add(rank, this.nowMs);
  }

  /** Ends the removals under way. */
  async settle(): Promise<void> {
    while (this.#underWay.length > 0) await this.#underWay.shift()?.();
  }

  #add(rank: number, shownFromMs: number): Truth {
    // A rank is one item's alone, as a vendor breaks ties.
    const truth = new Truth(
      `t${this.truths.length}`,
      rank + this.truths.length / 1e3,
      this.nowMs,
      shownFromMs,
    );
    this.truths.push(truth);
    return truth;
  }

  async #page(cursor: string | undefined) {
    const events = this.events[this.pages++] ?? [];
    if (cursor === undefined) this.firstPages++;
    this.nowMs++;
    await this.#underWay.shift()?.();
    for (const event of events) this.#happen(event);
    await Promise.resolve();
    const has = (kind: Event["kind"]) => events.some((event) => event.kind === kind);
    if (has("failure")) {
      this.failures++;
      throw new Error("vendor is down");
    }
    const rows = this.truths
      .map((truth) => ({ id: truth.id, name: truth.nameInList(this.nowMs), rank: truth.rank }))
      .filter(({ name }) => name !== undefined)
      .sort((one, other) => one.rank - other.rank);
    const after = cursor === undefined ? Number.NEGATIVE_INFINITY : Number(cursor.split(" ")[0]);
    const start =
      this.cursors === "row" ? Math.max(0, after) : rows.filter(({ rank }) => rank <= after).length;
    const end = has("empty page") ? start : start + this.#pageSize;
    const items = rows.slice(start, end).map(({ id, name = "" }) => ({ id, name }));
    // No cursor comes twice, unless that is the fault.
    const goesOn = `${this.cursors === "row" ? end : (rows[end - 1]?.rank ?? after)} ${this.pages}`;
    if (has("repeated cursor") && cursor !== undefined) return { items, next: cursor };
    return { items, next: end < rows.length ? goesOn : undefined };
  }

  #happen(event: Event): void {
    const { nowMs } = this;
    if (event.kind === "create") this.#add(event.rank, nowMs);
    if (event.kind === "our create") {
      const truth = this.#add(event.rank, nowMs + event.hiddenMs);
      truth.isOursAlone = true;
      this.index.put({ id: truth.id, name: truth.name });
    }
    if (!("at" in event)) return;
    const alive = this.truths.filter((truth) => truth.removedAtMs === undefined && !truth.isBeingRemoved);
    const truth = alive[event.at % alive.length];
    if (truth === undefined) return;
    if (!("hiddenMs" in event)) {
      truth.change(event.kind === "rename" ? this.#newName() : undefined, nowMs);
      truth.isOursAlone = false;
      if (event.kind === "remove") this.removedByOthersMs.push(nowMs);
      return;
    }
    const { hiddenMs, kind } = event;
    if (kind === "our rename") {
      truth.change(this.#newName(), nowMs, nowMs + hiddenMs);
      truth.isOursAlone = true;
      this.index.put({ id: truth.id, name: truth.name });
    } else this.#remove(truth, hiddenMs);
  }

  #newName(): string {
    return `renamed${this.#names++}`;
  }

  /** Sends a removal: it takes effect at the next step, and its reply comes at the one after. */
  #remove(truth: Truth, hiddenMs: number): void {
    this.ourRemovals++;
    truth.isBeingRemoved = true;
    truth.isOursAlone = false;
    let reply = () => {};
    const removed = this.index.removing(
      () =>
        new Promise<void>((resolve) => {
          reply = resolve;
        }),
    );
    this.#underWay.push(
      async () => {
        // Rows that count and go later than the reply would be removals that no client can know of.
        const lagMs = this.cursors === "row" ? 0 : hiddenMs;
        truth.change(undefined, this.nowMs, this.nowMs + lagMs);
      },
      async () => {
        reply();
        await removed;
        this.index.drop(truth.id);
        truth.isOursAlone = true;
      },
    );
  }
}
