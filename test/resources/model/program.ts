import type { Values } from "../../../provider/core/contract/resource";
import { type Declaration, type Resource, type Stack, type TypeName, UNKNOWN } from "../../support/stack";
import { ACCOUNTS, type AccountSlot, KEYS, type Slot, type Vendors } from "./story";
import { models, type VendorModel } from "./vendors";

interface Place {
  name: string;
  aliases: readonly string[];
  args: Values;
}

/** A program that changes, and what its stack has of it. */
export class Program {
  readonly stack: Stack;
  readonly vendors: Vendors;
  readonly places = new Map<Slot, Place>();
  /** Names of further accounts, at the vendor of `a`: nothing happens to them but what happens to all. */
  crowd: readonly string[] = [];
  /** A limit that all of them have. */
  crowdLimit = 1;
  /** Further arguments of some of them, by name. */
  readonly crowdArgs = new Map<string, Values>();

  constructor(stack: Stack, vendors: Vendors) {
    this.stack = stack;
    this.vendors = vendors;
  }

  declarations(replace: readonly Slot[] = []): Declaration[] {
    const model = this.modelOf("a");
    const crowd = this.crowd.map((name) => {
      return {
        type: model.account,
        name,
        args: () => ({ ...model.crowdArgs(name, this.crowdLimit), ...this.crowdArgs.get(name) }),
      };
    });
    return [...crowd, ...this.#placed(replace)];
  }

  #placed(replace: readonly Slot[]): Declaration[] {
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
    return models[this.vendors[slot in KEYS ? KEYS[slot as keyof typeof KEYS] : (slot as AccountSlot)]];
  }

  /** What the state holds of a place. */
  stateOf(slot: Slot): Resource | undefined {
    const [key = ""] = this.keysInState(slot);
    return this.stack.resources.get(key);
  }

  /** The name of a place in the state: today's, or a former one. */
  keysInState(slot: Slot): string[] {
    const { name, aliases = [] } = this.places.get(slot) ?? {};
    const keys = [name, ...aliases].map((each) => `${this.typeOf(slot)} ${each}`);
    return keys.filter((key) => this.stack.resources.has(key));
  }

  /** Takes a place and its keys out of the state and out of the program. */
  letGo(slot: Slot): void {
    const keys = (Object.keys(KEYS) as (keyof typeof KEYS)[]).filter((key) => KEYS[key] === slot);
    for (const each of [slot, ...keys].flatMap((one) => this.keysInState(one)))
      this.stack.resources.delete(each);
    this.remove(slot);
  }

  /** What a key needs of its account. */
  #parent(slot: Slot): Values {
    if (!(slot in KEYS)) return {};
    const account = this.stateOf(KEYS[slot as keyof typeof KEYS]);
    return { subAccountId: account?.id ?? UNKNOWN };
  }

  declare(slot: Slot, args: Values): void {
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
  rename(slot: AccountSlot, to: string, alias: boolean): void {
    const place = this.places.get(slot);
    const type = this.typeOf(slot);
    const isTaken = [...this.places].some(([other, { name }]) => name === to && this.typeOf(other) === type);
    if (place === undefined || isTaken || this.stack.resources.has(`${type} ${to}`)) return;
    place.aliases = alias ? [place.name, ...place.aliases] : [];
    place.name = to;
  }

  followAliases(): { from: string; to: string; resource: Resource }[] {
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

  remove(slot: Slot): void {
    this.places.delete(slot);
    // A key needs an account.
    for (const [key, account] of Object.entries(KEYS)) {
      if (account === slot) this.places.delete(key as Slot);
    }
  }

  forgetAliases(slot: Slot): void {
    const place = this.places.get(slot);
    if (place) place.aliases = [];
  }
}

/** The named ones of some values. */
export function pick(values: Values, ...names: string[]): Values {
  return Object.fromEntries(
    names.filter((name) => values[name] !== undefined).map((name) => [name, values[name]]),
  );
}
