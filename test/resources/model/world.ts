import type { Stack } from "../../support/stack";
import { broken, isInTheWayOf, look, type Operation, type Snapshot } from "./laws";
import { wrongWith } from "./messages";
import { Program, pick } from "./program";
import type { AccountSlot, Event, Slot, Trouble } from "./story";
import { arm, disarm, isLate } from "./trouble";
import { models, type VendorModel } from "./vendors";
import { wireProblems } from "./wire-laws";

/** A program, its stack and the vendors, with everything that is known about what must hold. */
export class World extends Program {
  /** Accounts and keys that changed without the state knowing it. */
  readonly #stale = new Set<string>();
  readonly #used = new Set<string>();
  /** Accounts that a late effect made beside another one: the next refresh has to name them. */
  readonly #late = new Map<string, string>();
  /** The states after each operation: one may be put back. */
  readonly #states: Pick<Stack, "resources" | "condemned">[] = [];
  #owners = 0;

  /** Lets something happen. @throws Error what it broke. */
  async happens(event: Event): Promise<void> {
    switch (event.do) {
      case "nothing":
        return;
      case "declare":
        return this.declare(event.slot, event.args);
      case "remove":
        return this.remove(event.slot);
      case "rename":
        return this.rename(event.slot, event.to, event.alias);
      case "forget aliases":
        return this.forgetAliases(event.slot);
      case "adopt":
        return this.#adopt(event.slot);
      case "wait":
        return this.stack.pass(event.hours * 3_600_000);
      case "stranger":
        this.#stranger(event.slot);
        return;
      case "up":
        await this.up(event, event.replace, event.continueOnError);
        return;
      case "refresh":
        await this.refresh(event);
        return;
      case "restore":
        return this.#restore(event.back);
      case "lose owner":
        this.stack.owner = `owner-${++this.#owners}-of-this-stack`;
        return;
      case "crowd":
        this.crowd = Array.from({ length: event.size }, (_, index) => `crowd${index}`);
        this.crowdLimit = event.limit;
        return;
      case "crowd vanishes":
        return this.#crowdVanishes(event.size);
      default:
        return this.#outside(event);
    }
  }

  /** `pulumi up`: a preview, then the program. @returns what stopped it. */
  async up(
    trouble: Trouble = { faults: [] },
    replace: readonly Slot[] = [],
    continueOnError = false,
  ): Promise<unknown> {
    const moved = this.followAliases();
    const declarations = this.declarations(replace);
    const previewed = await this.#quiet(() => this.stack.previewAll(declarations));
    const run = () =>
      this.stack.operation(async () => {
        // The engine registers what does not depend on each other at once, before the first of them is done.
        await this.stack.previewAll(declarations);
        await this.stack.upAll(declarations, { continueOnError });
      });
    const failure = previewed ?? (await this.#operation("up", trouble, replace, run));
    for (const { from, to, resource } of moved) {
      // The engine did not come to it: the state has the old name still.
      if (this.stack.resources.get(to) !== resource) continue;
      this.stack.resources.delete(to);
      this.stack.resources.set(from, resource);
    }
    if (failure !== undefined) this.check(wrongWith(failure, this.stack));
    return failure;
  }

  /** `pulumi refresh`. */
  async refresh(trouble: Trouble = { faults: [] }): Promise<unknown> {
    const printed = this.stack.printed.length;
    const failure = await this.#operation("refresh", trouble, [], () => this.stack.refreshAll());
    if (failure !== undefined) {
      this.check(wrongWith(failure, this.stack));
      return failure;
    }
    this.#stale.clear();
    this.#checkNamed(this.stack.printed.slice(printed));
    return undefined;
  }

  /** The program with nothing to do: no difference, no write. */
  async calm(): Promise<void> {
    // A rotation without an overlap leaves the key before to the next up.
    await this.up();
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

  /** A refresh by a person who has looked at the vendor and knows that what is not shown is gone. */
  async refreshKnowing(): Promise<unknown> {
    this.stack.env["SUBACCOUNTS_CONFIRM_GONE"] = "1";
    const failure = await this.refresh();
    delete this.stack.env["SUBACCOUNTS_CONFIRM_GONE"];
    return failure;
  }

  /** Sets statuses that nobody knows back, at the vendors. */
  endStrangeness(): void {
    const { emulator } = this.stack;
    for (const model of Object.values(models)) {
      for (const { id, isStrange } of model.accounts(emulator)) {
        if (isStrange) model.change(emulator, id, { status: "active" });
      }
    }
  }

  /** Sets a metadata key at the vendor, so that its replies show that there is some. */
  setMetadata(id: string): void {
    const { emulator } = this.stack;
    for (const model of Object.values(models)) {
      const isThere = model.accounts(emulator).some((account) => account.id === id);
      if (isThere) model.change(emulator, id, { metadata: { crm: 1 } });
    }
  }

  /** Ends one of two accounts at the vendor: the one that no state has. */
  endOneOf(ids: readonly string[]): void {
    const managed = new Set([...this.stack.resources.values()].map(({ id }) => id));
    const spare = ids.toReversed().find((id) => !managed.has(id));
    const model = Object.values(models).find((each) => this.#account(each, spare) !== undefined);
    if (spare !== undefined) model?.end(this.stack.emulator, spare);
  }

  /** Ends what late effects made beside the accounts of the state. */
  endLate(): void {
    for (const pair of this.#late) this.endOneOf(pair);
    this.#late.clear();
  }

  /** Takes out of the state what is gone at the vendors. */
  stateDelete(): void {
    const { stack } = this;
    const there = look(stack).accounts;
    for (const [key, { id }] of stack.resources) {
      if (key.includes(".SubAccount ") && !there.has(id)) stack.resources.delete(key);
    }
  }

  /** Identity and name of a place's account, as the state has them. */
  identityInState(slot: Slot | undefined): { name?: unknown; externalId?: unknown } {
    const { outputs = {} } = (slot && this.stateOf(slot)) ?? {};
    return { externalId: undefined, ...pick(outputs, "name", "externalId") };
  }

  /** Identity and name of an account, as its vendor has them. */
  asCalled(id: string | undefined): { name?: unknown; externalId?: unknown } {
    const account = Object.values(models)
      .map((each) => this.#account(each, id))
      .find(Boolean);
    return { externalId: undefined, ...pick(account?.fields ?? {}, "name", "externalId") };
  }

  #account(model: VendorModel, id: string | undefined) {
    return model.accounts(this.stack.emulator).find((account) => account.id === id);
  }

  /** All accounts of a place's vendor. */
  accountsBeside(slot: Slot): string[] {
    return this.modelOf(slot)
      .accounts(this.stack.emulator)
      .map(({ id }) => id);
  }

  check(problems: readonly string[]): void {
    if (problems.length > 0) throw new Error(problems.join("\n"));
  }

  /** Late accounts beside one of the state that a refresh has seen are named. */
  #checkNamed(printed: readonly string[]): void {
    const managed = new Set([...this.stack.resources.values()].map(({ id }) => id));
    for (const [late, beside] of this.#late) {
      const [other] = [late, beside].filter((id) => !managed.has(id));
      const isNamed = other === undefined || printed.some((line) => line.includes(other));
      if (managed.has(late) || managed.has(beside)) {
        this.check(isNamed ? [] : [`a refresh does not name ${other}, which came late`]);
      }
    }
  }

  /** An earlier state is put back, as from a backup or a copy. */
  #restore(back: number): void {
    const state = this.#states.at(-1 - back);
    if (state === undefined) return;
    const { stack } = this;
    stack.resources.clear();
    for (const [key, resource] of state.resources) stack.resources.set(key, resource);
    stack.condemned = state.condemned;
    const held = [...stack.resources.values()].map(({ id }) => id);
    for (const id of [...look(stack).accounts.keys(), ...held]) this.#stale.add(id);
  }

  #adopt(slot: AccountSlot): void {
    const place = this.places.get(slot);
    if (place === undefined || this.stateOf(slot) !== undefined) return;
    place.args = { ...place.args, adopt: this.#stranger(slot) };
  }

  #crowdVanishes(size: number): void {
    const { vendor, account } = this.modelOf("a");
    for (const name of this.crowd.slice(0, size)) {
      const id = this.stack.resources.get(`${account} ${name}`)?.id;
      if (id === undefined) continue;
      this.stack.emulator[vendor].remove(id);
      this.#stale.add(id);
    }
  }

  /** Somebody makes an account of the same customer. */
  #stranger(slot: AccountSlot): string | undefined {
    const { args } = this.places.get(slot) ?? {};
    return args && this.modelOf(slot).seed(this.stack.emulator, pick(args, "name", "externalId"));
  }

  #outside(event: Extract<Event, { readonly slot: unknown }>): void {
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
    // What no listing shows cannot be told from what is not there.
    const isHidden = model.vendor === "bctrl" && emulator.bctrl.switches.listWithoutStatus === "active";
    if (event.do === "drift" && "status" in event.change && isHidden) return;
    this.#stale.add(account);
    if (event.do === "drift") model.change(emulator, account, event.change);
    else if (event.do === "end") model.end(emulator, account);
    else if (event.do === "vanish") emulator[model.vendor].remove(account);
    else if (typeof secret === "string") {
      model.revoke(emulator, account, secret);
    }
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
    trouble: Trouble,
    replace: readonly Slot[],
    body: () => Promise<unknown>,
  ): Promise<unknown> {
    const { stack } = this;
    const { kill, isLying = false } = trouble;
    const before = look(stack);
    const printed = stack.printed.length;
    stack.emulator.clearRequests();
    // No two operations are in one moment.
    stack.pass(1_000);
    arm(stack, trouble, this.#known(replace));
    const run = kill === undefined ? body().then(() => false) : stack.crash(kill, body);
    const end = await run.then(
      (killed) => ({ outcome: killed ? ("killed" as const) : ("done" as const), failure: undefined }),
      (failure: unknown) => ({ outcome: "failed" as const, failure }),
    );
    const calls = stack.emulator.requests;
    await disarm(stack, trouble);
    const after = look(stack);
    this.#states.push({ resources: new Map(stack.resources), condemned: stack.condemned });
    if (end.outcome === "killed" || isLying || isLate(trouble)) {
      for (const id of after.accounts.keys()) this.#stale.add(id);
    }
    if (isLate(trouble)) this.#noteLate(before, after, isOneCreate);
    if (isUntold(end.failure)) this.#noteLate(before, after, isInTheWayOf);
    const program = this.declarations().map(({ type, name, args }) => [`${type} ${name}`, args()] as const);
    const replaced = new Set(replace.map((slot) => `${this.typeOf(slot)} ${this.places.get(slot)?.name}`));
    const operation = {
      kind,
      outcome: end.outcome,
      program: new Map(program),
      replaced,
      stale: this.#stale,
      used: this.#used,
      late: this.#late,
      hasLateEffects: isLate(trouble),
      printed: stack.printed.slice(printed),
    };
    const laws = isLying ? [] : broken(before, after, operation);
    const problems = [...laws, ...wireProblems(calls)];
    const why = end.failure instanceof Error ? `failed: ${end.failure.message}` : end.outcome;
    this.check(problems.map((problem) => `${kind} (${why}): ${problem}`));
    return end.outcome === "killed" ? new Error("killed") : end.failure;
  }

  /** The vendors of which the program declares an account that the state has: of one that is replaced nothing is told. */
  #known(replaced: readonly Slot[]): ReadonlySet<VendorModel> {
    const known = this.declarations(replaced).filter(
      ({ type, name, replace }) => !replace && this.stack.resources.has(`${type} ${name}`),
    );
    return new Set(Object.values(models).filter(({ account }) => known.some(({ type }) => type === account)));
  }

  #noteLate(before: Snapshot, after: Snapshot, isTwinOf: (late: Seen, other: Seen) => boolean): void {
    const made = [...after.accounts.values()].filter(({ id, live }) => live && !before.accounts.has(id));
    for (const late of made) {
      const twin = [...after.accounts.values()].find(
        (other) => other.id !== late.id && other.live && other.model === late.model && isTwinOf(late, other),
      );
      if (twin) this.#late.set(late.id, twin.id);
    }
  }
}

/** Whether an `up` said that it cannot tell whether its new account is the only one: the list hid another, and then failed. */
function isUntold(failure: unknown): boolean {
  const errors: unknown[] = failure instanceof AggregateError ? failure.errors : [failure];
  return errors.some(
    (error) => error instanceof Error && /the only one of its customer could not be told\. It is in/.test(error.message),
  );
}

/** Whether two accounts came of one create, as far as that can be seen. */
function isOneCreate(one: Seen, other: Seen): boolean {
  if (one.model !== other.model) return false;
  if (one.stamp === undefined)
    return other.stamp === undefined && one.fields["name"] === other.fields["name"];
  return one.stamp.nonce === other.stamp?.nonce;
}

type Seen = Snapshot["accounts"] extends ReadonlyMap<string, infer Account> ? Account : never;
