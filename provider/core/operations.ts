import { reservation } from "./account/claims";
import { noteUnmatched } from "./account/former";
import { nameOf, shortHash, tagOf, tagsOf } from "./account/marker";
import { ConfigError, SubaccountsError } from "./base/errors";
import type { Redactor } from "./base/redact";
import type { Run } from "./base/run";
import { hasUnknown, problemsOf, UNKNOWN } from "./contract/check";
import { changedArguments } from "./contract/diff";
import { withoutIgnored } from "./contract/ignored";
import { problemsOfDepth } from "./contract/json-gate";
import { isInTenant, movedFrom } from "./contract/moved-from";
import type { Context, Due, Ownership, Problem, Resource, Values, WriteContext } from "./contract/resource";
import { unlimitedProblems, withUnlimited } from "./contract/unlimited";
import { settings } from "./vendor-io/config";
import { type Connection, connect } from "./vendor-io/connection";
import type { Fleet } from "./vendor-io/shared-settings";
import type { StackConfig } from "./vendor-io/stack-config";

/** Ownership and options of a resource, as its program declares them. */
export interface Declared {
  readonly ownership: Ownership;
  /** Paths of arguments that `ignoreChanges` names. */
  readonly ignored: readonly string[];
  /** Names of an account's keys that have ended by the date of its tenant. */
  readonly endedKeys?: readonly string[] | undefined;
}

/** The difference between a state and the declared arguments. */
export interface Difference {
  readonly hasChanges: boolean;
  /** Arguments whose change makes a new object. */
  readonly replaces: readonly string[];
}

/**
 * The operations on a resource in plain values: what every front end over Pulumi's engine calls. No protocol keys, no
 * secrets' marks, no error shapes.
 */
export class Operations<Client, Args extends Values> {
  readonly resource: Resource<Client, Args>;
  readonly #findRun: () => Run;
  #config: StackConfig = { get: () => undefined, keys: [] };
  /** By the name of the connection. */
  #connections = new WeakMap<Run, Map<unknown, Connection<Client>>>();

  /** @param findRun called at first use, so that loading this module does no work. */
  constructor(resource: Resource<Client, Args>, findRun: () => Run) {
    this.resource = resource;
    this.#findRun = findRun;
  }

  get run(): Run {
    return this.#findRun();
  }

  configure(config: StackConfig): void {
    this.#config = config;
    this.#connections = new WeakMap();
  }

  /** Everything that is wrong with arguments, found without a call. @param olds the arguments before, where there are any. */
  check(raw: Values, olds: Values | undefined, { ownership, ignored }: Declared): Problem[] {
    const args = withUnlimited(raw, ignored, this.resource.args.shape);
    this.learnSecrets(args);
    const { run, resource } = this;
    run.declare(ownership.urn, tagsOf(ownership));
    if (ownership.owner !== "") run.addOwner(shortHash(ownership.owner));
    if (olds === undefined && (ownership.aliases ?? []).length > 0) noteUnmatched(run, ownership.urn);
    const reached = this.#reach(args);
    const apiVersion = reached instanceof ConfigError ? undefined : reached?.apiVersion;
    const about = { apiVersion, nowMs: run.world.now() };
    const problems = [...unlimitedProblems(raw, ignored), ...problemsOf(resource, args, olds, about)];
    if (reached instanceof ConfigError) {
      if (!problems.some(({ path }) => path === "connection")) {
        problems.push({ path: "", rule: reached.message });
      }
    } else if (reached !== undefined) {
      reached.progress.expect(ownership.urn);
      if (reached.fleet?.isRecovering) tellRecovering(run, reached.fleet);
      problems.push(...problemsOfKey(resource.vendor.title, reached.credentials, args));
      problems.push(...this.#duplicates(args, reached.key, ownership.urn));
      problems.push(...(resource.conflicts?.(this.#context(args), args, ownership.urn, undefined) ?? []));
    }
    for (const note of resource.notes?.(args, about) ?? []) this.#inform(note, ownership);
    return problems;
  }

  /** Arguments that {@link check} found right, as the state is to have them. */
  normalize(args: Values, { ignored }: Declared): Values {
    return withUnlimited(args, ignored, this.resource.args.shape);
  }

  /** Compares a state with what is declared. No call. @throws SubaccountsError */
  diff(id: string, olds: Values, args: Values, declared: Declared): Difference {
    const { resource } = this;
    const { ownership, ignored } = declared;
    const isKnown = !hasUnknown(args["connection"]);
    const problems = [
      ...(resource.rules?.(args, olds, { id }) ?? []),
      ...(isKnown ? (resource.conflicts?.(this.#context(args), args, ownership.urn, id) ?? []) : []),
    ];
    if (problems.length > 0) {
      throw new SubaccountsError(`${resource.vendor.title}: ${problems.map(problemText).join("; ")}`);
    }
    this.learnSecrets(olds);
    if (isKnown) this.#remember(this.#context(args), id, olds, ownership);
    const defaults = withoutIgnored(resource.defaults, ignored);
    const [before, after] = [olds, args].map((values) => withoutIgnored(values, ignored));
    const waiting = isKnown ? (resource.waiting?.(this.#context(args), id, olds, args) ?? []) : [];
    const changed = changedArguments({ ...resource, defaults }, before ?? {}, after ?? {}).filter(
      (name) => !waiting.includes(name),
    );
    const replaces = changed.filter((name) => resource.replaces.includes(name));
    const due = replaces.length > 0 ? [] : this.#due(id, olds, args, declared, isKnown);
    if (changed.length + due.length === 0) this.#connection(args).progress.end(ownership.urn);
    return {
      hasChanges: changed.length + due.length > 0,
      replaces,
    };
  }

  create(args: Values, declared: Declared): Promise<{ id: string; state: Values }> {
    return this.#working(args, declared.ownership.urn, async () => {
      this.learnSecrets(args);
      const into = this.#writeContext(args, declared);
      const created = await this.resource.create(into, this.#parse(args));
      this.#remember(into, created.id, created.state, declared.ownership);
      return created;
    });
  }

  /** The current state; undefined where the vendor's object is proven to be gone. @throws SubaccountsError */
  read(id: string, before: Values): Promise<Values | undefined> {
    return this.#working(before, undefined, async () => {
      this.learnSecrets(before);
      return this.resource.read(this.#context(before), id, before);
    });
  }

  update(id: string, before: Values, args: Values, declared: Declared): Promise<Values> {
    return this.#working(args, declared.ownership.urn, async () => {
      this.learnSecrets(before);
      this.learnSecrets(args);
      const into = this.#writeContext(args, declared);
      this.#remember(into, id, before, declared.ownership);
      const state = await this.resource.update(into, id, before, this.#parse(args));
      this.#remember(into, id, state, declared.ownership);
      return state;
    });
  }

  delete(id: string, before: Values): Promise<void> {
    return this.#working(before, undefined, async () => {
      this.learnSecrets(before);
      await this.run.deletion(() => this.resource.delete(this.#context(before), id, before));
    });
  }

  /** Remembers secrets so that no message shows them. */
  learnSecrets(values: Values): void {
    for (const key of this.resource.secrets) this.run.redactor.add(values[key]);
  }

  /** @throws ConfigError */
  #connection({ connection: name }: Values): Connection<Client> {
    const { run } = this;
    const known = this.#connections.get(run) ?? new Map<unknown, Connection<Client>>();
    this.#connections.set(run, known);
    const found = known.get(name);
    if (found !== undefined) return found;
    const { vendor } = this.resource;
    const plain = typeof name === "string" ? name : undefined;
    const made = connect(vendor, settings(vendor, plain, this.#config, run.world.env), run);
    known.set(name, made);
    return made;
  }

  #context(values: Values): Context<Client> {
    return contextOf(this.#connection(values), this.run);
  }

  #writeContext(inputs: Values, { ownership, ignored, endedKeys }: Declared): WriteContext<Client> {
    if (ownership.owner === "") {
      throw new SubaccountsError(
        `${this.resource.vendor.title}: this stack's owner is not made yet, so nothing was created. It is left out by ` +
          "`--target` in a stack's first `up`: run `pulumi up` once without it, or add `--target '**index:Owner**'`",
      );
    }
    this.run.addOwner(shortHash(ownership.owner));
    return { ...this.#context(inputs), ownership, ignored, endedKeys };
  }

  #parse(args: Values): Args {
    const unknown = Object.keys(args).filter((name) => hasUnknown(args[name]));
    if (unknown.length > 0) {
      throw new SubaccountsError(
        `${unknown.join(", ")}: Pulumi gave its mark for a value that is not known yet (${UNKNOWN}), and nothing was sent. The resource ` +
          "that the value comes from is none of the run's targets: add it to `--target`, or run `pulumi up` without",
      );
    }
    const parsed = this.resource.args.safeParse(args);
    if (parsed.success) return parsed.data;
    throw new SubaccountsError(problemsOf(this.resource, args).map(problemText).join("; "));
  }

  #remember(at: Context<Client>, id: string, state: Values, { urn }: Ownership): void {
    this.resource.remember?.(at, id, state, urn);
  }

  /** An operation that may call the vendor, counted for those who wait for its rate limit. */
  #working<T>(values: Values, urn: string | undefined, body: () => Promise<T>): Promise<T> {
    return body().finally(() => this.#connection(values).progress.end(urn || undefined));
  }

  /**
   * Changes that time or a refresh ask for, told under the resource: a preview shows the arguments that change, and nothing
   * else. A refresh asks for a diff as well, without a check before it; there time does not count.
   */
  #due(id: string, before: Values, args: Values, declared: Declared, isKnown: boolean): readonly Due[] {
    const { run, resource } = this;
    const { ownership, endedKeys } = declared;
    const context = isKnown ? { ...this.#context(args), endedKeys } : undefined;
    const all = resource.due?.(id, before, args, run.world.now(), ownership, context) ?? [];
    if (!run.isDeclared(tagOf(ownership.urn))) return all.filter(({ isDrift }) => isDrift);
    for (const { note } of all) this.#inform(note, ownership);
    return all.filter(({ isNews }) => !isNews);
  }

  #inform(note: string, { urn }: Ownership): void {
    this.run.inform(`${this.resource.vendor.title}: ${note}`, urn || undefined);
  }

  /** The connection of these arguments, or what is wrong with its configuration; undefined while it is unknown. */
  #reach(args: Values): Connection<Client> | ConfigError | undefined {
    if (hasUnknown(args["connection"])) return undefined;
    try {
      return this.#connection(args);
    } catch (error) {
      if (error instanceof ConfigError) return error;
      throw error;
    }
  }

  /** Values that two resources of the program may not both have. */
  #duplicates(args: Values, key: string, urn: string): Problem[] {
    const { resource, run } = this;
    return [...(resource.claims?.(args) ?? [])].flatMap(([path, value]) => {
      // Two values that are both unknown are not the same.
      if (value.includes(UNKNOWN)) return [];
      const other = run.claim(reservation(key, resource.kind, path, value), urn);
      if (other === undefined) return [];
      return [{ path, rule: ruleOfClaim(resource, path, urn, other) }];
    });
  }
}

function ruleOfClaim(
  { kind, vendor }: { readonly kind: string; readonly vendor: { readonly name: string } },
  path: string,
  urn: string,
  other: string,
): string {
  const isIdentity = kind === "SubAccount" && path !== "adopt";
  if (!isIdentity) return `is the same as that of the resource "${nameOf(other)}"; each needs its own`;
  const remedy = path === "name" ? ", or an externalId where the vendor keeps one" : "";
  return (
    `is the same as that of the resource "${nameOf(other)}" (case and blanks do not count); each needs its own` +
    remedy +
    unlessMoved(vendor.name, [urn, other])
  );
}

/** Of a tenant's account and one that is declared alone: the way into the tenant. */
function unlessMoved(vendor: string, urns: readonly string[]): string {
  const alone = urns.filter((urn) => !isInTenant(urn));
  const [first] = alone;
  if (first === undefined || alone.length !== 1) return "";
  return `. If it is one customer, take "${nameOf(first)}" out and add to the Tenant  ${movedFrom(vendor, first)}`;
}

/** Tells, once in a run, that accounts of the fleet are taken over: the variable is for one run. */
function tellRecovering(run: Run, { id }: Fleet): void {
  run.shared("recovering told", () => {
    run.warn(
      `SUBACCOUNTS_RECOVER is set: a create of this run takes over the account that another stack of the fleet ${id} made for the same resource ` +
        "and customer. Use it only where that stack's state is lost, and unset it after this run",
    );
    return true;
  });
}

/** The context of handlers at a connection. */
export function contextOf<Client>(connection: Connection<Client>, run: Run): Context<Client> {
  const { client, key, maxWaitMs, allowedOrganizations, checksAllKeys, fleet } = connection;
  return { client, connection: key, run, maxWaitMs, allowedOrganizations, checksAllKeys, fleet };
}

/** A problem as people read it. */
export function problemText({ path, rule }: Problem): string {
  return path === "" ? rule : `${path} ${rule}`;
}

/** Arguments that hold the key that calls are made with: replies are masked, so that none would be as it was asked. */
function problemsOfKey(title: string, credentials: Redactor, args: Values): Problem[] {
  if (problemsOfDepth(args).length > 0) return [];
  const rule = `holds the key that ${title} is called with, and no argument is a place for it: take it out`;
  return Object.keys(args)
    .filter((name) => credentials.isIn(args[name]))
    .map((path) => ({ path, rule }));
}
