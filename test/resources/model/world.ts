import type { Fault, VendorName } from "../../../emulator";
import type { Values } from "../../../provider/core/resource";
import type { Declaration, Resource, Stack, TypeName } from "../../support/stack";
import { broken, look, type Operation, type Snapshot } from "./laws";
import { models, type VendorModel } from "./vendors";

/** Places of a program: three accounts, and keys of the first two. */
export const ACCOUNTS = ["a", "b", "c"] as const;
export const KEYS = { x: "a", y: "a", z: "b" } as const;
export type AccountSlot = (typeof ACCOUNTS)[number];
export type Slot = AccountSlot | keyof typeof KEYS;

/** What can go wrong in one operation. */
export interface Trouble {
  readonly faults: readonly { readonly skip: number; readonly times: number; readonly fault: Fault }[];
  /** The process is killed after so many calls. */
  readonly kill?: number | undefined;
  /** The faults are replies that look well and are not true: what comes of that shows when the vendor is well again. */
  readonly isLying?: boolean;
}

/** Something that happens. */
export type Event =
  | { readonly do: "nothing" }
  | { readonly do: "declare"; readonly slot: Slot; readonly args: Values }
  | { readonly do: "remove"; readonly slot: Slot }
  | { readonly do: "rename"; readonly slot: AccountSlot; readonly to: string; readonly alias: boolean }
  | { readonly do: "forget aliases"; readonly slot: AccountSlot }
  | { readonly do: "adopt"; readonly slot: AccountSlot }
  | { readonly do: "drift"; readonly slot: AccountSlot; readonly change: object }
  | { readonly do: "end" | "vanish" | "stranger"; readonly slot: AccountSlot }
  | { readonly do: "use" | "revoke"; readonly slot: Slot }
  | { readonly do: "wait"; readonly hours: number }
  | ({ readonly do: "up"; readonly replace: readonly Slot[] } & Trouble)
  | ({ readonly do: "refresh" } & Trouble);

interface Place {
  name: string;
  aliases: readonly string[];
  args: Values;
}

/** The vendors of the three accounts. */
export type Vendors = Readonly<Record<AccountSlot, VendorName>>;

/** A program, its stack and the vendors, with everything that is known about what must hold. */
export class World {
  readonly stack: Stack;
  readonly #vendors: Vendors;
  readonly places = new Map<Slot, Place>();
  /** Accounts and keys that changed without the state knowing it. */
  readonly #stale = new Set<string>();
  readonly #used = new Set<string>();
  /** Keys of accounts that were revoked outside: nothing shows that but the key listing, which a refresh does not read. */
  readonly #dead = new Set<unknown>();
  readonly #secrets = new Set<string>();

  constructor(stack: Stack, vendors: Vendors) {
    this.stack = stack;
    this.#vendors = vendors;
  }

  /** Lets something happen. @throws Error what it broke. */
  async happens(event: Event): Promise<void> {
    switch (event.do) {
      case "nothing":
        return;
      case "declare":
        return this.#declare(event.slot, event.args);
      case "remove":
        this.places.delete(event.slot);
        // A key needs an account.
        for (const [key, account] of Object.entries(KEYS)) {
          if (account === event.slot) this.places.delete(key as Slot);
        }
        return;
      case "rename":
        return this.#rename(event.slot, event.to, event.alias);
      case "forget aliases": {
        const place = this.places.get(event.slot);
        if (place) place.aliases = [];
        return;
      }
      case "adopt":
        return this.#adopt(event.slot);
      case "wait":
        return this.stack.pass(event.hours * 3_600_000);
      case "stranger":
        this.#stranger(event.slot);
        return;
      case "up":
        await this.up(event, event.replace);
        return;
      case "refresh":
        return this.refresh(event);
      default:
        return this.#outside(event);
    }
  }

  /** `pulumi up`: a preview, then the program. @returns what stopped it. */
  async up(trouble: Trouble = { faults: [] }, replace: readonly Slot[] = []): Promise<unknown> {
    const moved = this.#followAliases();
    const declarations = this.declarations(replace);
    const previewed = await this.#quiet(() => this.stack.previewAll(declarations));
    const failure =
      previewed ?? (await this.#operation("up", trouble, replace, () => this.stack.upAll(declarations)));
    for (const { from, to, resource } of moved) {
      // The engine did not come to it: the state has the old name still.
      if (this.stack.resources.get(to) !== resource) continue;
      this.stack.resources.delete(to);
      this.stack.resources.set(from, resource);
    }
    if (failure !== undefined) this.check(this.#messageProblems(failure));
    return failure;
  }

  /** `pulumi refresh`. */
  async refresh(trouble: Trouble = { faults: [] }): Promise<void> {
    const failure = await this.#operation("refresh", trouble, [], () => this.stack.refreshAll());
    if (failure === undefined) this.#stale.clear();
    else this.check(this.#messageProblems(failure));
  }

  /** The program with nothing to do: no difference, no write. */
  async calm(): Promise<void> {
    const steps = await this.stack.previewAll(this.declarations());
    this.check(steps.every((step) => step === "same") ? [] : [`a preview after the up wants ${steps}`]);
    this.stack.emulator.clearRequests();
    await this.up();
    this.check(this.stack.writes().map(({ call }) => `a second up sends ${call}`));
    const found = await this.stack.refreshAll();
    this.check(found.every((each) => each === "same") ? [] : [`a refresh after the up finds ${found}`]);
    await this.up();
    this.check(this.stack.writes().map(({ call }) => `an up after a refresh sends ${call}`));
  }

  declarations(replace: readonly Slot[] = []): Declaration[] {
    return [...ACCOUNTS, ...(Object.keys(KEYS) as (keyof typeof KEYS)[])].flatMap((slot) => {
      const place = this.places.get(slot);
      if (place === undefined) return [];
      const { name, aliases, args } = place;
      const about = { type: this.typeOf(slot), name, aliases, replace: replace.includes(slot) };
      return [{ ...about, args: () => ({ ...args, ...this.#parent(slot) }) }];
    });
  }

  typeOf(slot: Slot): TypeName {
    return slot in KEYS ? this.modelOf(slot).key : this.modelOf(slot).account;
  }

  modelOf(slot: Slot): VendorModel {
    return models[this.#vendors[slot in KEYS ? KEYS[slot as keyof typeof KEYS] : (slot as AccountSlot)]];
  }

  /** All accounts of a place's vendor. */
  accountsBeside(slot: Slot): string[] {
    return this.modelOf(slot)
      .accounts(this.stack.emulator)
      .map(({ id }) => id);
  }

  /** What the state holds of a place. */
  stateOf(slot: Slot): Resource | undefined {
    const { name, aliases = [] } = this.places.get(slot) ?? {};
    const keys = [name, ...aliases].map((each) => `${this.typeOf(slot)} ${each}`);
    return keys.map((key) => this.stack.resources.get(key)).find((resource) => resource !== undefined);
  }

  check(problems: readonly string[]): void {
    if (problems.length > 0) throw new Error(problems.join("\n"));
  }

  /** An id that the model made up for what the state does not know. */
  #parent(slot: Slot): Values {
    if (!(slot in KEYS)) return {};
    const account = this.stateOf(KEYS[slot as keyof typeof KEYS]);
    return { subAccountId: account?.id ?? "04da6b54-80e4-46f7-96ec-b56ff0331ba9" };
  }

  #declare(slot: Slot, args: Values): void {
    const { vendor, identity } = this.modelOf(slot);
    const wanted: Record<string, unknown> = { ...args };
    // A suspended account that the vendor does not show is gone, as far as anybody can see; or it cannot be changed.
    const { getInactive, patchInactive } = this.stack.emulator.zavu.switches;
    if (vendor === "zavu" && (getInactive === 404 || patchInactive === 400)) delete wanted["status"];
    if (slot in KEYS) {
      if (!this.places.has(KEYS[slot as keyof typeof KEYS])) return;
    } else {
      const asked = wanted[identity];
      if (typeof asked === "string") wanted[identity] = asked.replace("own", slot);
    }
    const place = this.places.get(slot);
    if (place) place.args = { ...wanted, ...pick(place.args, "adopt") };
    else this.places.set(slot, { name: this.#freeName(slot), aliases: [], args: wanted });
  }

  #freeName(slot: Slot): string {
    const names = [`${slot}0`, `${slot}1`, `${slot}2`];
    const taken = [...this.places.values()].map(({ name }) => name);
    return names.find((name) => !taken.includes(name)) ?? `${slot}3`;
  }

  /** The names are few, so that a resource comes to a name that another one had. */
  #rename(slot: AccountSlot, to: string, alias: boolean): void {
    const place = this.places.get(slot);
    const type = this.typeOf(slot);
    const isTaken = [...this.places].some(([other, { name }]) => name === to && this.typeOf(other) === type);
    if (place === undefined || isTaken || this.stack.resources.has(`${type} ${to}`)) return;
    place.aliases = alias ? [place.name, ...place.aliases] : [];
    place.name = to;
  }

  #adopt(slot: AccountSlot): void {
    const place = this.places.get(slot);
    if (place === undefined || this.stateOf(slot) !== undefined) return;
    place.args = { ...place.args, adopt: this.#stranger(slot) };
  }

  /** Somebody makes an account of the same customer. */
  #stranger(slot: AccountSlot): string | undefined {
    const { args } = this.places.get(slot) ?? {};
    return args && this.modelOf(slot).seed(this.stack.emulator, pick(args, "name", "externalId"));
  }

  #outside(
    event: Exclude<Event, { do: "nothing" | "declare" | "up" | "refresh" | "wait" | "rename" | "remove" }>,
  ): void {
    const { emulator } = this.stack;
    const resource = this.stateOf(event.slot);
    if (resource === undefined) return;
    const model = this.modelOf(event.slot);
    const account = String(resource.outputs["subAccountId"] ?? resource.id);
    if (!model.accounts(emulator).some(({ id }) => id === account)) return;
    const secret = resource.outputs["apiKey"];
    if (event.do === "use") {
      if (typeof secret !== "string") return;
      this.#used.add(secret);
      model.use(emulator, secret);
      return;
    }
    this.#stale.add(account);
    if (event.do === "drift") model.change(emulator, account, event.change);
    else if (event.do === "end") model.end(emulator, account);
    else if (event.do === "vanish") emulator[model.vendor].remove(account);
    else if (typeof secret === "string") {
      model.revoke(emulator, account, secret);
      this.#dead.add(secret);
    }
  }

  #followAliases(): { from: string; to: string; resource: Resource }[] {
    return ACCOUNTS.flatMap((slot) => {
      const place = this.places.get(slot);
      const type = this.typeOf(slot);
      const to = `${type} ${place?.name}`;
      if (place === undefined || this.stack.resources.has(to)) return [];
      const from = place.aliases
        .map((alias) => `${type} ${alias}`)
        .find((key) => this.stack.resources.has(key));
      const resource = from === undefined ? undefined : this.stack.resources.get(from);
      if (from === undefined || resource === undefined) return [];
      this.stack.resources.delete(from);
      this.stack.resources.set(to, resource);
      return [{ from, to, resource }];
    });
  }

  /** A preview: it sends nothing. @returns what it says is wrong. */
  async #quiet(body: () => Promise<unknown>): Promise<unknown> {
    this.stack.emulator.clearRequests();
    const failure = await body().then(
      () => undefined,
      (error: unknown) => error,
    );
    this.check(this.stack.emulator.requests.map(({ method, path }) => `a preview sends ${method} ${path}`));
    return failure;
  }

  async #operation(
    kind: Operation["kind"],
    { faults, kill, isLying = false }: Trouble,
    replace: readonly Slot[],
    body: () => Promise<unknown>,
  ): Promise<unknown> {
    const { stack } = this;
    const before = look(stack);
    stack.emulator.clearRequests();
    for (const rule of faults) stack.emulator.fault(rule);
    const run = kill === undefined ? body().then(() => false) : stack.crash(kill, body);
    const end = await run.then(
      (killed) => ({ outcome: killed ? ("killed" as const) : ("done" as const), failure: undefined }),
      (failure: unknown) => ({ outcome: "failed" as const, failure }),
    );
    stack.emulator.clearFaults();
    const isLate = faults.some(({ fault }) => fault.kind === "lag");
    if (isLate || stack.emulator.bolna.switches.deletePending > 0) await this.#catchUp();
    const after = look(stack);
    if (end.outcome === "killed" || isLying) for (const id of after.accounts.keys()) this.#stale.add(id);
    const program = this.declarations().map(({ type, name, args }) => [`${type} ${name}`, args()] as const);
    const replaced = new Set(replace.map((slot) => `${this.typeOf(slot)} ${this.places.get(slot)?.name}`));
    this.#expectDeadKeys(before, after, end.outcome, replaced);
    const operation = {
      kind,
      outcome: end.outcome,
      program: new Map(program),
      replaced,
      stale: this.#stale,
      used: this.#used,
      dead: this.#dead,
    };
    const laws = isLying ? [] : broken(before, after, operation);
    const problems = [...laws, ...this.#wireProblems()];
    this.check(problems.map((problem) => `${kind} (${end.outcome}): ${problem}`));
    return end.outcome === "killed" ? new Error("killed") : end.failure;
  }

  /**
   * Where a step that was killed or failed may have left a dead key in the state: a forced replacement that ended the old
   * key before the new one was saved, an account that was activated again before its key was looked at.
   */
  #expectDeadKeys(
    before: Snapshot,
    after: Snapshot,
    outcome: Operation["outcome"],
    replaced: ReadonlySet<string>,
  ): void {
    if (outcome === "done") return;
    for (const [key, { id, outputs }] of after.state) {
      const isRevived = after.accounts.get(id)?.live && !before.accounts.get(id)?.live;
      if (isRevived || (outcome === "killed" && replaced.has(key))) this.#dead.add(outputs["apiKey"]);
    }
  }

  /** What still lags is behind it before the next operation. */
  async #catchUp(): Promise<void> {
    const { zavu, bctrl, bolna } = this.stack.emulator;
    for (let read = 0; read < 3; read++) {
      await Promise.all([
        fetch(`${zavu.url}/v1/sub-accounts`, { headers: { authorization: `Bearer ${zavu.apiKey}` } }),
        fetch(`${bctrl.url}/v1/subaccounts`, { headers: { authorization: `Bearer ${bctrl.apiKey}` } }),
        fetch(`${bolna.url}/sub-accounts/all`, { headers: { authorization: `Bearer ${bolna.apiKey}` } }),
      ]);
    }
  }

  #wireProblems(): string[] {
    const bad = this.stack.emulator.requests.filter(({ path }) => /\/(undefined|null)(\/|$)/.test(path));
    return bad.map(({ method, path }) => `sends ${method} ${path}`);
  }

  /** A message is ours, and holds no secret. */
  #messageProblems(failure: unknown): string[] {
    const { stack } = this;
    for (const { outputs } of stack.resources.values()) {
      if (typeof outputs["apiKey"] === "string") this.#secrets.add(outputs["apiKey"]);
    }
    const { message = "", stack: trace = "" } =
      failure instanceof Error ? failure : new Error(String(failure));
    const texts = [message, ...stack.printed];
    const shapes = /\b(?:zv_(?:live|test)_sub_\w{32}|bctrl_\w{32}|sa-[0-9a-f]{32})\b/;
    const isSecret = (text: string) =>
      shapes.test(text) || [...this.#secrets].some((secret) => text.includes(secret));
    const isDefect = /TypeError|RangeError|ReferenceError|Cannot read prop|is not a function/.test(
      `${message} ${trace}`,
    );
    return [
      ...texts.filter(isSecret).map((text) => `a message holds a secret: ${text}`),
      ...(isDefect ? [`a defect: ${message} ${trace}`] : []),
    ];
  }
}

function pick(values: Values, ...names: string[]): Values {
  return Object.fromEntries(
    names.filter((name) => values[name] !== undefined).map((name) => [name, values[name]]),
  );
}
