import * as pulumi from "@pulumi/pulumi";
import { tenants } from "./tenants";

/**
 * The same resource as one writes it from Pulumi's guide, with care: all six functions, arguments checked, replies
 * checked, only what changed sent, the key from the environment when it is needed, so that it is not captured.
 * https://www.pulumi.com/docs/iac/guides/building-extending/providers/dynamic-providers/
 */
interface SubAccountInputs {
  name: string;
  externalId: string;
  creditLimit: number;
  metadata: Record<string, unknown>;
}

interface SubAccountOutputs extends SubAccountInputs {
  apiKey: string;
  createdAt: string;
}

interface SubAccountReply extends SubAccountOutputs {
  id: string;
}

class SubAccountProvider implements pulumi.dynamic.ResourceProvider<SubAccountInputs, SubAccountOutputs> {
  async check(
    _olds: SubAccountInputs,
    news: SubAccountInputs,
  ): Promise<pulumi.dynamic.CheckResult<SubAccountInputs>> {
    const failures: pulumi.dynamic.CheckFailure[] = [];
    if (news.name === "") failures.push({ property: "name", reason: "must not be empty" });
    if (typeof news.creditLimit === "number" && news.creditLimit <= 0) {
      failures.push({ property: "creditLimit", reason: "must be greater than 0" });
    }
    return { inputs: news, failures };
  }

  async diff(
    _id: string,
    olds: SubAccountOutputs,
    news: SubAccountInputs,
  ): Promise<pulumi.dynamic.DiffResult> {
    return { changes: Object.keys(this.changes(olds, news)).length > 0 };
  }

  async create(inputs: SubAccountInputs): Promise<pulumi.dynamic.CreateResult<SubAccountOutputs>> {
    const { name, externalId, creditLimit, metadata } = inputs;
    const account = await this.call("POST", "", { name, externalId, creditLimit, metadata });
    if (account === undefined) throw new Error("creating a sub-account: 404");
    const { id, apiKey, createdAt } = account;
    return { id, outs: { name, externalId, creditLimit, metadata, apiKey, createdAt } };
  }

  async read(id: string, props?: SubAccountOutputs): Promise<pulumi.dynamic.ReadResult<SubAccountOutputs>> {
    const account = await this.call("GET", `/${id}`);
    // Without an id Pulumi takes the resource out of the state.
    if (account === undefined) return {};
    const { name, externalId, creditLimit, metadata, createdAt } = account;
    // The key is shown only once, when the account is made.
    const apiKey = props?.apiKey ?? "";
    return { id, props: { name, externalId, creditLimit, metadata, apiKey, createdAt } };
  }

  async update(
    id: string,
    olds: SubAccountOutputs,
    news: SubAccountInputs,
  ): Promise<pulumi.dynamic.UpdateResult<SubAccountOutputs>> {
    await this.call("PATCH", `/${id}`, this.changes(olds, news));
    const { name, externalId, creditLimit, metadata } = news;
    const { apiKey, createdAt } = olds;
    return { outs: { name, externalId, creditLimit, metadata, apiKey, createdAt } };
  }

  async delete(id: string): Promise<void> {
    await this.call("DELETE", `/${id}`);
  }

  private changes(olds: SubAccountInputs, news: SubAccountInputs): Partial<SubAccountInputs> {
    const changed: Partial<SubAccountInputs> = {};
    if (olds.name !== news.name) changed.name = news.name;
    if (olds.externalId !== news.externalId) changed.externalId = news.externalId;
    if (olds.creditLimit !== news.creditLimit) changed.creditLimit = news.creditLimit;
    if (JSON.stringify(olds.metadata) !== JSON.stringify(news.metadata)) changed.metadata = news.metadata;
    return changed;
  }

  /** Undefined where there is no such account. */
  private async call(method: string, path: string, body?: object): Promise<SubAccountReply | undefined> {
    const response = await fetch(`${process.env["ZAVU_BASE_URL"]}/v1/sub-accounts${path}`, {
      method,
      headers: {
        authorization: `Bearer ${process.env["ZAVUDEV_API_KEY"]}`,
        "content-type": "application/json",
      },
      body: body === undefined ? null : JSON.stringify(body),
    });
    if (response.status === 404) return undefined;
    if (!response.ok)
      throw new Error(`${method} sub-accounts${path}: ${response.status} ${await response.text()}`);
    const reply = (await response.json()) as { subAccount: SubAccountReply };
    return reply.subAccount;
  }
}

/** One for all, so that Pulumi serializes it only once per run. */
const provider = new SubAccountProvider();

class SubAccount extends pulumi.dynamic.Resource {
  declare readonly apiKey: pulumi.Output<string>;
  declare readonly createdAt: pulumi.Output<string>;

  constructor(name: string, args: SubAccountInputs, opts?: pulumi.CustomResourceOptions) {
    const props = { ...args, apiKey: undefined, createdAt: undefined };
    const options = { ...opts, additionalSecretOutputs: ["apiKey"] };
    super(provider, name, props, options, "usual", "SubAccount");
  }
}

for (const [name, tenant] of tenants()) new SubAccount(name, tenant);
