import { createRequire } from "node:module";
import { join } from "node:path";
import { repository } from "../../engine/program-folder.mts";
import type { DynamicProvider } from "../support/dynamic-provider.mts";
import { type Props, ProviderCallError, secretKey, secretSignature } from "../support/provider-messages.mts";

/** What the engine calls. */
export interface ProviderCalls
  extends Pick<DynamicProvider, "check" | "create" | "delete" | "diff" | "read" | "update"> {
  /** Ends the provider. @returns what it showed. */
  end(): Promise<string>;
}

/** The provider of one operation of the CLI. */
export type StartProvider = (env: Record<string, string>) => Promise<ProviderCalls>;

/** The line that stands for a resource's provider in programs and states. */
export function providerLine(type: string): string {
  const [vendor = "", kind = ""] = type.split(".");
  return `exports.handler=()=>require("pulumi-subaccounts/provider").${vendor}${kind};`;
}

/** Properties as the engine hands them back: secrets unwrapped, through JSON. */
export function plain(props: object): Props {
  return JSON.parse(
    JSON.stringify(props, (_key, value) => (value?.[secretKey] === secretSignature ? value.value : value)),
  );
}

const load = createRequire(import.meta.url);

/** The built handlers without a process: for what comes before and after the calls that are disturbed. */
export const inThisProcess: StartProvider = async (env) => {
  const built = join(repository, "dist/provider");
  const { handler }: typeof import("../../provider/dynamic/protocol.ts") = load(
    join(built, "dynamic/protocol.js"),
  );
  const { Run, realSurroundings }: typeof import("../../provider/core/base/run.ts") = load(
    join(built, "core/base/run.js"),
  );
  const { vendors }: typeof import("../../provider/vendors.ts") = load(join(built, "vendors.js"));
  const shown: string[] = [];
  const run = new Run({
    ...realSurroundings,
    env,
    tell: async ({ severity, text }) => void shown.push(`${severity}: ${text}`),
  });
  const handlers = new Map<unknown, Handler>();
  for (const [vendor, { vendor: _, ...kinds }] of Object.entries(vendors)) {
    for (const [kind, resource] of Object.entries(kinds)) {
      const made = handler(resource as unknown as Parameters<typeof handler>[0], () => run);
      await made.configure({ config: { get: () => undefined, require: () => "" } });
      handlers.set(providerLine(`${vendor}.${kind}`), made);
    }
  }
  type Handler = ReturnType<typeof handler>;
  const of = (props: Props): Handler => {
    const found = handlers.get(props["__provider"]);
    if (found === undefined) throw new Error(`no handler for ${props["__provider"]}`);
    return found;
  };
  return {
    check: async (olds, news) => {
      const { inputs = news, failures = [] } = await of(news).check(olds, news);
      return { inputs, failures };
    },
    diff: async (id, olds, news) => {
      const { changes, replaces = [], deleteBeforeReplace = false } = await of(news).diff(id, olds, news);
      return { changes, replaces, deleteBeforeReplace };
    },
    create: async (props) => {
      const { id, outs = {} } = await of(props).create(props).catch(asCallError);
      return { id, outs: including(outs, props) };
    },
    read: async (id, props) => {
      const read = await of(props).read(id, props).catch(asCallError);
      const inputs = read.inputs && including(read.inputs, props);
      return { id: read.id ?? "", props: including(read.props ?? {}, props), inputs };
    },
    update: async (id, olds, news) => {
      const { outs = {} } = await of(news).update(id, olds, news).catch(asCallError);
      return { outs: including(outs, news) };
    },
    delete: (id, props) => of(props).delete(id, props).catch(asCallError),
    end: async () => shown.join("\n"),
  };
};

/** What Pulumi's process adds to every answer. */
function including(answer: Props, { __provider }: Props): Props {
  return { ...answer, __provider };
}

/** A handler's failure as it comes over the wire. */
function asCallError(error: unknown): never {
  const { message } = error instanceof Error ? error : new Error(String(error));
  const half = error as { id?: string; properties?: Props; reasons?: string[] };
  const { id, properties, reasons } = half;
  throw new ProviderCallError(
    message,
    2,
    id && properties && reasons ? { id, properties, reasons } : undefined,
  );
}
