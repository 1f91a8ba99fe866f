import services from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import messages from "@pulumi/pulumi/proto/provider_pb.js";
import { fromStruct, grpc, type Props, toCallError, toStruct } from "./provider-messages.mts";
import { type DynamicProviderOptions, ProviderProcess } from "./provider-process.mts";

type Client = InstanceType<typeof services.ResourceProviderClient>;

/** Answer of `check`. */
export interface CheckAnswer {
  inputs: Props;
  failures: { property: string; reason: string }[];
}

/** Answer of `diff`; `changes` is undefined where the engine is to compare the inputs itself. */
export interface DiffAnswer {
  changes: boolean | undefined;
  replaces: string[];
  deleteBeforeReplace: boolean;
}

/** Starts Pulumi's real dynamic-provider process and connects to it. */
export async function startDynamicProvider(options: DynamicProviderOptions = {}): Promise<DynamicProvider> {
  const started = await ProviderProcess.start(options);
  return new DynamicProvider(
    started,
    new services.ResourceProviderClient(started.address, grpc.credentials.createInsecure()),
  );
}

/** A client of a dynamic-provider process. Every properties object must hold the `__provider` line. */
export class DynamicProvider {
  /** The process: its output, its end, its signals. */
  readonly process: ProviderProcess;
  readonly #client: Client;

  constructor(process: ProviderProcess, client: Client) {
    this.process = process;
    this.#client = client;
  }

  /** Sends the stack's configuration, namespaced keys in clear, as in `{ "zavu:apiKey": "…" }`. */
  async configure(config: Record<string, string>): Promise<void> {
    const request = new messages.ConfigureRequest();
    request.setArgs(toStruct(config));
    await this.#call((client, done) => client.configure(request, done));
  }

  async check(olds: Props, news: Props): Promise<CheckAnswer> {
    const request = new messages.CheckRequest();
    request.setOlds(toStruct(olds));
    request.setNews(toStruct(news));
    const reply = await this.#call<InstanceType<typeof messages.CheckResponse>>((client, done) =>
      client.check(request, done),
    );
    const failures = reply.getFailuresList();
    return {
      inputs: fromStruct(reply.getInputs()),
      failures: failures.map((failure) => ({ property: failure.getProperty(), reason: failure.getReason() })),
    };
  }

  /** `olds` are the outputs in state, `news` the checked inputs. */
  async diff(id: string, olds: Props, news: Props): Promise<DiffAnswer> {
    const request = new messages.DiffRequest();
    request.setId(id);
    request.setOlds(toStruct(olds));
    request.setNews(toStruct(news));
    const reply = await this.#call<InstanceType<typeof messages.DiffResponse>>((client, done) =>
      client.diff(request, done),
    );
    const { DIFF_SOME, DIFF_NONE } = messages.DiffResponse.DiffChanges;
    const answers = new Map<number, boolean>([
      [DIFF_SOME, true],
      [DIFF_NONE, false],
    ]);
    return {
      changes: answers.get(reply.getChanges()),
      replaces: reply.getReplacesList(),
      deleteBeforeReplace: reply.getDeletebeforereplace(),
    };
  }

  async create(props: Props): Promise<{ id: string; outs: Props }> {
    const request = new messages.CreateRequest();
    request.setProperties(toStruct(props));
    const reply = await this.#call<InstanceType<typeof messages.CreateResponse>>((client, done) =>
      client.create(request, done),
    );
    return { id: reply.getId(), outs: fromStruct(reply.getProperties()) };
  }

  /** An empty `id` in the answer means gone; `inputs` is undefined where the provider returns none. */
  async read(id: string, props: Props): Promise<{ id: string; props: Props; inputs: Props | undefined }> {
    const request = new messages.ReadRequest();
    request.setId(id);
    request.setProperties(toStruct(props));
    const reply = await this.#call<InstanceType<typeof messages.ReadResponse>>((client, done) =>
      client.read(request, done),
    );
    const inputs = reply.getInputs();
    return {
      id: reply.getId(),
      props: fromStruct(reply.getProperties()),
      inputs: inputs === undefined ? undefined : fromStruct(inputs),
    };
  }

  async update(id: string, olds: Props, news: Props): Promise<{ outs: Props }> {
    const request = new messages.UpdateRequest();
    request.setId(id);
    request.setOlds(toStruct(olds));
    request.setNews(toStruct(news));
    const reply = await this.#call<InstanceType<typeof messages.UpdateResponse>>((client, done) =>
      client.update(request, done),
    );
    return { outs: fromStruct(reply.getProperties()) };
  }

  async delete(id: string, props: Props): Promise<void> {
    const request = new messages.DeleteRequest();
    request.setId(id);
    request.setProperties(toStruct(props));
    await this.#call((client, done) => client.delete(request, done));
  }

  /** What the process has written to standard error: the user sees it as lines without a severity. */
  stderr(): string {
    return this.process.stderr();
  }

  /** Sends a signal; the engine's own is SIGINT at the end, then SIGKILL after 5 s. */
  kill(signal: NodeJS.Signals): void {
    this.process.kill(signal);
  }

  /** Kills the process and removes what was made for it. */
  async close(): Promise<void> {
    this.#client.close();
    await this.process.close();
  }

  #call<Reply>(
    send: (
      client: Client,
      done: (error: import("@grpc/grpc-js").ServiceError | null, reply: Reply) => void,
    ) => void,
  ): Promise<Reply> {
    return new Promise((resolve, reject) => {
      send(this.#client, (error, reply) => (error ? reject(toCallError(error)) : resolve(reply)));
    });
  }
}
