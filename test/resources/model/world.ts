import { broken, look, type Operation } from "./laws";
import { wrongWith } from "./messages";
import { Program, pick } from "./program";
import type { AccountSlot, Event, Slot, Trouble } from "./story";

/** A program, its stack and the vendors, with everything that is known about what must hold. */
export class World extends Program {
  /** Accounts and keys that changed without the state knowing it. */
  readonly #stale = new Set<string>();
  readonly #used = new Set<string>();
  /** Keys of accounts that were revoked outside: nothing shows that but the key listing, which a refresh does not read. */
  readonly #dead = new Set<unknown>();

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
    const moved = this.followAliases();
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
    if (failure !== undefined) this.check(wrongWith(failure, this.stack));
    return failure;
  }

  /** `pulumi refresh`. */
  async refresh(trouble: Trouble = { faults: [] }): Promise<void> {
    const failure = await this.#operation("refresh", trouble, [], () => this.stack.refreshAll());
    if (failure === undefined) this.#stale.clear();
    else this.check(wrongWith(failure, this.stack));
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

  /** All accounts of a place's vendor. */
  accountsBeside(slot: Slot): string[] {
    return this.modelOf(slot)
      .accounts(this.stack.emulator)
      .map(({ id }) => id);
  }

  check(problems: readonly string[]): void {
    if (problems.length > 0) throw new Error(problems.join("\n"));
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
}
