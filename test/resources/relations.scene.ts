import type { VendorName } from "../../emulator";
import { tagOf } from "../../provider/core/account/marker";
import type { Values } from "../../provider/core/contract/resource";
import { Stack, type TypeName } from "../support/stack";
import { handleOf, inWords, subjectOf } from "../vendors/index.mts";

/** What the tables need to know of a vendor. */
function factsOf(vendor: VendorName) {
  const { calls, isMarked, limit, required } = subjectOf(vendor);
  const customer = (name: string): Values => {
    return { name, ...(isMarked ? { externalId: name.toLowerCase() } : {}), ...required };
  };
  return {
    args: customer("Acme"),
    /** Arguments of another customer. */
    others: customer("Beta"),
    /** One changed limit, and the body that it sends. */
    change: limit(7),
    sends: inWords(vendor, limit(7)),
    create: calls.create,
    update: (id: string) => calls.update.replace("{id}", id),
    remove: (id: string) => calls.remove.replace("{id}", id),
  };
}

/** An account at a vendor, as far as all of them show it. */
interface Shown {
  readonly id: string;
  readonly status?: string;
  readonly metadata?: Values | null;
}

/** One account at one vendor, and the stack whose resource "acme" has it or is to get it. */
export class Scene {
  readonly stack: Stack;
  readonly vendor: VendorName;
  readonly facts: ReturnType<typeof factsOf>;
  /** What the program declares of "acme". */
  args: Values;
  /** The account that the row is about. */
  id = "";
  /** What a failure says. */
  because = /./;
  /** Former names of "acme". */
  aliases: readonly string[] = [];
  /** The account that a conflict names, where that is another one. */
  rival: string | undefined;
  /** What happens first in the run of the operation. */
  sameRun: () => Promise<unknown> = async () => {};

  private constructor(stack: Stack, vendor: VendorName) {
    this.stack = stack;
    this.vendor = vendor;
    this.facts = factsOf(vendor);
    this.args = this.facts.args;
  }

  static async open(vendor: VendorName): Promise<Scene> {
    return new Scene(await Stack.open(), vendor);
  }

  get type(): TypeName {
    return `${this.vendor}.SubAccount`;
  }

  accounts(): readonly Shown[] {
    return handleOf(this.stack.emulator, this.vendor).accounts();
  }

  shown(id = this.id): Shown | undefined {
    return this.accounts().find((each) => each.id === id);
  }

  /** The account's marker, as it stands at the vendor. */
  marker(): Values | undefined {
    return this.shown()?.metadata?.["pulumi-subaccounts"] as Values | undefined;
  }

  /** Brings the account about: "acme" of this stack creates it. */
  async makeOwn(args = this.args): Promise<void> {
    await this.stack.up(this.type, args);
    this.id = this.stack.resource(this.type).id;
  }

  /** Brings the account about behind the program's back, in the vendor's words. */
  seed(fields: Values = this.args): string {
    this.id = handleOf(this.stack.emulator, this.vendor).seed(inWords(this.vendor, fields)).id;
    return this.id;
  }

  change(fields: Values, id = this.id): void {
    handleOf(this.stack.emulator, this.vendor).change(id, fields);
  }

  /** The state as a backup had it. */
  get saved() {
    return this.stack.resource(this.type);
  }

  put(resource: Scene["saved"], name = "acme"): void {
    this.stack.resources.set(`${this.type} ${name}`, resource);
  }

  forget(name = "acme"): void {
    this.stack.resources.delete(`${this.type} ${name}`);
  }

  /** A run whose state is lost, which puts a new marker on the account. */
  async loseRun(
    args = this.args,
    options: { name?: string; aliases?: readonly string[] } = {},
  ): Promise<void> {
    const { saved } = this;
    const { name = "acme" } = options;
    this.forget();
    this.put(saved, name);
    await this.stack.up(this.type, args, { ...options, replace: true });
    this.forget(name);
    this.put(saved);
    this.stack.condemned = [];
  }

  /** Points the connection at another organization, which has accounts, too. */
  useOtherOrganization(): void {
    const { stack, vendor } = this;
    const found = stack.emulator.overview().find(({ name }) => name === vendor);
    stack.env[found?.environment.apiKey ?? ""] = stack.emulator.other[vendor].apiKey;
    stack.emulator.other[vendor].seedMany(2);
  }

  /** The marker id and the other parts of the state's `__nonce` that the vendor has, too. */
  nonce(): string {
    return String(this.saved.outputs["__nonce"]).split(".").slice(0, 3).join(".");
  }

  /** Whether the account carries the marker of "acme" of this stack. */
  isMarkedAsOwn(): boolean {
    const marker = this.marker();
    const tag = tagOf(String(marker?.["urn"]));
    return (
      marker?.["owner"] === "owner-of-this-stack" &&
      this.nonce() === marker["nonce"] &&
      this.nonce().includes(tag)
    );
  }

  /** The stack is of a fleet, and so is one that is opened beside it from now on. */
  inFleet(): void {
    this.stack.config = { "subaccounts:fleet": "fleet-of-tenants" };
  }

  /** The run of the operation takes over accounts of the fleet. */
  recover(): void {
    this.inFleet();
    this.stack.env["SUBACCOUNTS_RECOVER"] = "fleet-of-tenants";
  }

  /** The listing comes in pages, and its cursor repeats. */
  repeatCursor(): void {
    const emulator = this.stack.emulator[this.vendor];
    emulator.seedMany(5);
    Object.assign(emulator.switches, { pageSize: 2, repeatCursor: true });
  }
}

/** A marker of another version. */
export const unreadable = { metadata: { "pulumi-subaccounts": { v: 2 } } };
