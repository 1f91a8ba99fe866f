import { isDeepStrictEqual } from "node:util";
import pluginMessages from "@pulumi/pulumi/proto/plugin_pb.js";
import services from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import messages from "@pulumi/pulumi/proto/provider_pb.js";
import { Empty, fromStruct, grpc, type Props, toStruct } from "./provider-messages.mts";
import { plainText, storeTypes } from "./store-types.mts";

/** What happened at a store, and where (as in {@link SecretStores.entries}). */
export interface StoreEvent {
  readonly what: "written" | "refused" | "removed";
  readonly address: string;
}

type Struct = ReturnType<typeof toStruct>;

/** What the requests of resources have in common; a field that one of them lacks is not asked for. */
interface Request {
  getType(): string;
  getId(): string;
  getArgs(): Struct;
  getProperties(): Struct;
  getInputs(): Struct;
  getNews(): Struct;
  getOldInputs(): Struct;
}

/**
 * Stands in for the provider plugins of secret stores, which no package registry has: the engine attaches to it as to a
 * plugin under a debugger. It does what the sources of the plugins say of what a rotation meets (`store-types.mts`), takes
 * secrets, and hands them back in clear, which is the least that a plugin may do for them.
 */
export class SecretStores {
  /** What applications read, by where they read it. */
  readonly entries = new Map<string, string>();
  /** How many of the next writes the stores refuse. */
  refusals = 0;
  /** Told of each event before the engine is. */
  onEvent: (event: StoreEvent) => void = () => {};
  readonly #server = new grpc.Server();
  readonly #settings = new Set<string>();
  #port = 0;
  #versions = 0;

  static async start(): Promise<SecretStores> {
    const stores = new SecretStores();
    const { ResourceProviderService } = services as unknown as { ResourceProviderService: never };
    stores.#server.addService(ResourceProviderService, stores.#handlers());
    stores.#port = await new Promise((resolve, reject) => {
      stores.#server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) =>
        error ? reject(error) : resolve(port),
      );
    });
    return stores;
  }

  /** What makes the engine attach. */
  get env(): Record<string, string> {
    const packages = new Set(Object.keys(storeTypes).map((type) => type.split(":")[0]));
    return { PULUMI_DEBUG_PROVIDERS: [...packages].map((name) => `${name}:${this.#port}`).join(",") };
  }

  close(): void {
    this.#server.forceShutdown();
  }

  #handlers() {
    const { DIFF_SOME, DIFF_NONE } = messages.DiffResponse.DiffChanges;
    return {
      attach: answer(() => new Empty()),
      cancel: answer(() => new Empty()),
      getPluginInfo: answer(() => filled(new pluginMessages.PluginInfo(), { version: "1000.0.0" })),
      configure: answer((request) => {
        for (const [name, value] of Object.entries(fromStruct(request.getArgs()))) {
          if (`${value}` === "true") this.#settings.add(name);
        }
        return filled(new messages.ConfigureResponse(), { acceptsecrets: true });
      }),
      check: answer((request) => {
        const inputs = fromStruct(request.getNews());
        const kept = typeOf(request).check?.(inputs) ?? inputs;
        return filled(new messages.CheckResponse(), { inputs: toStruct(kept) });
      }),
      diff: answer((request) => {
        const { replaces, deletesFirst = false } = typeOf(request);
        const [olds, news] = [plain(request.getOldInputs()), plain(request.getNews())];
        const changed = Object.keys({ ...olds, ...news }).filter(
          (name) => !isDeepStrictEqual(olds[name], news[name]),
        );
        const replacing = replaces?.(this.#settings).filter((name) => changed.includes(name)) ?? [];
        return filled(new messages.DiffResponse(), {
          changes: changed.length > 0 ? DIFF_SOME : DIFF_NONE,
          replacesList: replacing,
          deletebeforereplace: deletesFirst && replacing.length > 0,
        });
      }),
      create: answer((request) => {
        const { id, outputs } = typeOf(request);
        const props = plain(request.getProperties());
        if (!this.#write(request, props)) throw new Error("the store is out of service");
        this.#versions += 1;
        const properties = toStruct({ ...props, ...outputs?.(props, this.#versions) });
        return filled(new messages.CreateResponse(), { id: id(props, this.#versions), properties });
      }),
      update: answer((request) => {
        const { outputs, hidesRefusal } = typeOf(request);
        const props = plain(request.getNews());
        const isWritten = this.#write(request, props);
        if (!isWritten && !hidesRefusal) throw new Error("the store is out of service");
        this.#versions += 1;
        const properties = toStruct({ ...props, ...outputs?.(props, isWritten ? this.#versions : 0) });
        return filled(new messages.UpdateResponse(), { properties });
      }),
      read: answer((request) => {
        const { address, text, read } = typeOf(request);
        const [props, inputs] = [plain(request.getProperties()), plain(request.getInputs())];
        const isGone = text && address && !this.entries.has(address(props));
        if (isGone) return new messages.ReadResponse();
        return filled(new messages.ReadResponse(), {
          id: request.getId(),
          properties: toStruct({ ...props, ...read?.(props) }),
          inputs: toStruct({ ...inputs, ...read?.(inputs) }),
        });
      }),
      delete: answer((request) => {
        const { address, outlives } = typeOf(request);
        const from = address?.(plain(request.getProperties()));
        if (from !== undefined && !outlives) {
          this.entries.delete(from);
          this.onEvent({ what: "removed", address: from });
        }
        return new Empty();
      }),
    };
  }

  /** @returns whether it was written, if there is anything to write. */
  #write(request: Request, props: Props): boolean {
    const { address, text } = typeOf(request);
    if (!address || !text) return true;
    const isRefused = this.refusals > 0;
    if (isRefused) this.refusals -= 1;
    else this.entries.set(address(props), text(props));
    this.onEvent({ what: isRefused ? "refused" : "written", address: address(props) });
    return !isRefused;
  }
}

function typeOf(request: Request): (typeof storeTypes)[string] {
  const type = storeTypes[request.getType()];
  if (type === undefined) throw new Error(`${request.getType()} is of no store`);
  return type;
}

function plain(struct: Struct): Props {
  return plainText(fromStruct(struct)) as Props;
}

/** Calls a message's setters. */
function filled<Message>(message: Message, fields: Props): Message {
  for (const [name, value] of Object.entries(fields)) {
    const setter = `set${name[0]?.toUpperCase()}${name.slice(1)}`;
    (message as Record<string, (value: unknown) => void>)[setter]?.call(message, value);
  }
  return message;
}

/** A handler of one kind of call. */
function answer(reply: (request: Request) => unknown) {
  return (call: { request: Request }, done: (error: Error | null, message?: unknown) => void): void => {
    try {
      done(null, reply(call.request));
    } catch (error) {
      done(error as Error);
    }
  };
}
