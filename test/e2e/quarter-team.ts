import { expect } from "vitest";
import { startProxy, type Proxy as VendorProxy } from "../support/proxy";
import { type GitopsRepository, openRepository } from "./gitops-repository";
import { Customers } from "./quarter-customers";
import { type Estate, quarterEstate } from "./quarter-estate";
import { Files } from "./quarter-files";
import {
  type Accounts,
  accountsAt,
  expectedAccounts,
  idsOf,
  isServed,
  type TenantFile,
  VENDORS,
} from "./quarter-oracle";
import { Trouble } from "./quarter-trouble";

/** The id that the stack's configuration has, by which a lost state is rebuilt. */
export const FLEET = "1f0c9a1e-8f53-4d0a-9d0b-8e4d8c6f7a21";
/** Parent keys of Zavu: the one at the beginning, and the one after its rotation. */
export const PARENT_KEYS = ["zv_live_first_parent_key", "zv_live_second_parent_key"] as const;

/** How a deployment runs. */
interface Deployment {
  readonly flags?: string;
  readonly env?: Record<string, string>;
  /** At most how many writes it needs; one of them is the last one of a run that is killed. */
  readonly writes: number;
}

/** A platform team with its repository, its vendors and its customers' programs. */
export class Team {
  readonly repository: GitopsRepository;
  readonly estate: Estate;
  readonly files: Files;
  /** The parent keys of Zavu that work. */
  readonly parentKeys = new Set<string>([PARENT_KEYS[0]]);
  readonly #before: Accounts;
  readonly #proxy: VendorProxy;
  readonly customers: Customers;
  readonly #trouble: Trouble | undefined;
  /** The accounts whose customers are served, as `vendor id`. */
  #served: ReadonlySet<string> = new Set();

  private constructor(
    repository: GitopsRepository,
    estate: Estate,
    proxy: VendorProxy,
    seed: number | undefined,
  ) {
    this.repository = repository;
    this.estate = estate;
    this.files = new Files(repository.project);
    const { project, emulator } = repository;
    this.#before = accountsAt(emulator);
    this.#proxy = proxy;
    // Before the rule of the parent keys, which decides about Zavu's calls.
    this.#trouble = seed === undefined ? undefined : new Trouble(emulator, proxy, seed);
    this.customers = new Customers(emulator, proxy, estate);
    // The vendor knows one parent key; those that work are the same one to it.
    proxy.onRequest((request) => {
      const key = request.headers["authorization"]?.replace("Bearer ", "") ?? "";
      if (!PARENT_KEYS.some((each) => each === key)) return undefined;
      const authorization = `Bearer ${this.parentKeys.has(key) ? emulator.zavu.apiKey : "revoked"}`;
      return { ...request, headers: { ...request.headers, authorization } };
    });
    Object.assign(project.env, proxy.through(project.env), { ZAVUDEV_API_KEY: PARENT_KEYS[0] });
  }

  /** Opens a repository without tenants, over an estate of so many customers. With a seed, deployments meet trouble. */
  static async open(count: number, seed: number | undefined): Promise<Team> {
    const estate = quarterEstate(count);
    const repository = await openRepository([], {}, { seed: estate.seed });
    const { project, emulator } = repository;
    const proxy = await startProxy(emulator.url);
    const team = new Team(repository, estate, proxy, seed);
    const { url, apiKey } = emulator.other.zavu;
    const eu = "subaccounts:connections.eu";
    const baseUrl = url.replace(emulator.url, proxy.url);
    const plain = [`${eu}.vendor=zavu`, `${eu}.baseUrl=${baseUrl}`, `subaccounts:fleet=${FLEET}`];
    const settings = [
      ...plain.flatMap((each) => ["--plaintext", each]),
      "--secret",
      `${eu}.apiKey=${apiKey}`,
    ];
    await project.run(["config", "set-all", "--path", ...settings]);
    return team;
  }

  async close(): Promise<void> {
    await this.repository.close();
    await this.#proxy.close();
  }

  get isTroubled(): boolean {
    return this.#trouble !== undefined;
  }

  /** A pull request that may be merged. @returns its comment */
  async review(): Promise<string> {
    const { mayMerge, comment } = await this.repository.pullRequest();
    expect(mayMerge, comment).toBe(true);
    return comment;
  }

  /**
   * A deployment, in which no key fails that both the files before and the files now let work; then all accounts are what
   * the files say. In trouble it is killed and repeated, as the example's README says.
   */
  async deploy({ flags = "", env = {}, writes }: Deployment): Promise<void> {
    const { emulator, project } = this.repository;
    const stays = this.#servedBy(this.files.tenants);
    this.customers.served = new Set([...this.#served].filter((account) => stays.has(account)));
    emulator.clearRequests();
    let run = await this.repository.script(`up.sh${flags}`, env, this.#trouble?.killWithin(writes));
    if (this.#trouble) {
      expect(run.signal, `${this.#trouble.done.join("\n")}\n${run.output}`).toBe("SIGKILL");
      expect(await this.customers.call()).toEqual([]);
      this.#trouble.disturbWithin(writes);
      expect(await this.repository.script("unlock.sh")).toMatchObject({ exitCode: 0 });
      run = await this.repository.script(`up.sh${flags}`, env);
      emulator.clearFaults();
      while (run.exitCode !== 0 && this.#adoptAtBolna(run.output))
        run = await this.repository.script(`up.sh${flags}`, env);
    }
    expect(run.exitCode, `${this.#trouble?.done.join("\n")}\n${run.output}`).toBe(0);
    expect(await this.customers.call()).toEqual([]);
    await this.#serve();
    this.#expectWhatTheFilesSay();
    if (run.output.includes("pending operations"))
      await project.run(["refresh", "--clear-pending-creates", "--yes", "--skip-preview"]);
  }

  /** Writes the `adopt` lines that a refused run shows, of accounts that a killed one made. @returns whether it wrote one */
  #adoptAtBolna(output: string): boolean {
    const refused = [...output.matchAll(/Bolna already has .*: ([0-9a-f-]{36});/g)].map(([, id]) => id);
    const made = this.repository.emulator.bolna.accounts().filter(({ id }) => refused.includes(id));
    return made
      .map(({ id, name }) => [name.replace("New ", ""), `bolna: { adopt: ${id} }`] as const)
      .map(([tenant, line]) => this.files.edit(tenant, (text) => text.replace("bolna: {}", line)))
      .includes(true);
  }

  /** Gives customers the keys that the stack has. */
  async deliver(): Promise<void> {
    const { apiKeys } = (await this.repository.project.outputs({ showSecrets: true })) as {
      apiKeys: Record<string, Partial<Record<(typeof VENDORS)[number], string>>>;
    };
    const idOf = idsOf(this.estate, accountsAt(this.repository.emulator));
    for (const [tenant, keys] of Object.entries(apiKeys)) {
      for (const vendor of VENDORS) {
        const key = keys[vendor];
        if (key !== undefined) this.customers.held.set(`${vendor} ${idOf(tenant, vendor)}`, key);
      }
    }
    await this.#serve();
  }

  /** Takes the accounts that the files let be used as those whose customers are served, and has each customer call. */
  async #serve(): Promise<void> {
    this.#served = this.#servedBy(this.files.tenants);
    this.customers.served = this.#served;
    expect(await this.customers.call()).toEqual([]);
  }

  /** Ends the keys that no state has, as the guide says. */
  async endUnknownKeys(): Promise<void> {
    const { unknown } = JSON.parse((await this.files.subaccounts("keys", "--unknown", "--json")).stdout);
    const listed: readonly { keyId: string; doubt?: string }[] = unknown;
    const ids = listed.filter(({ doubt }) => doubt === undefined).map(({ keyId }) => keyId);
    if (ids.length > 0) {
      const ended = await this.files.subaccounts("keys", ...ids.flatMap((id) => ["--revoke", id]));
      // 7: there are others, of suspended customers.
      expect([0, 7], ended.stderr).toContain(ended.code);
    }
    expect(await this.customers.call()).toEqual([]);
  }

  #servedBy(files: readonly TenantFile[]): Set<string> {
    const idOf = idsOf(this.estate, accountsAt(this.repository.emulator));
    const accounts = files.flatMap((file) =>
      VENDORS.filter((vendor) => isServed(file, vendor)).map(
        (vendor) => `${vendor} ${idOf(file.externalId, vendor)}`,
      ),
    );
    return new Set(accounts.filter((account) => this.customers.held.has(account)));
  }

  #expectWhatTheFilesSay(): void {
    const accounts = accountsAt(this.repository.emulator);
    const expected = expectedAccounts(
      this.files.tenants,
      this.files.tiers,
      this.#before,
      idsOf(this.estate, accounts),
    );
    expect(Object.fromEntries(accounts)).toEqual(Object.fromEntries(expected));
  }
}
