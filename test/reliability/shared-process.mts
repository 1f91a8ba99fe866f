import { type DynamicProvider, startDynamicProvider } from "../support/dynamic-provider.mts";
import type { Props } from "../support/provider-messages.mts";
import type { ProviderCalls } from "./provider-calls.mts";

/** Processes with nothing to do, by the names of their environment. */
const idle = new Map<string, DynamicProvider[]>();
let operations = 0;

/**
 * Pulumi's dynamic-provider process with the built package. It takes a second or two to start, so that it serves one
 * operation after the other; the package is loaded anew for each, and knows nothing of the one before.
 */
export async function inPulumisProcess(env: Record<string, string>): Promise<ProviderCalls> {
  const kind = Object.keys(env).sort().join();
  const free = idle.get(kind) ?? [];
  idle.set(kind, free);
  const provider = free.pop() ?? (await startDynamicProvider({ env }));
  await provider.configure({});
  const startOfShown = provider.stderr().length;
  const prefix = loadAnew(++operations, env);
  /** Pulumi evaluates a text that it has not seen before: one that loads the package anew. */
  const marked = (props: Props): Props => ({
    ...props,
    __provider: prefix + props["__provider"],
  });
  const unmarked = (props: Props): Props => ({
    ...props,
    __provider: String(props["__provider"]).slice(prefix.length),
  });
  return {
    check: async (olds, news) => {
      const answer = await provider.check(olds, marked(news));
      return { ...answer, inputs: unmarked(answer.inputs) };
    },
    diff: (id, olds, news) => provider.diff(id, olds, marked(news)),
    create: async (props) => {
      const { id, outs } = await provider.create(marked(props));
      return { id, outs: unmarked(outs) };
    },
    read: async (id, props) => {
      const answer = await provider.read(id, marked(props));
      return { ...answer, props: unmarked(answer.props), inputs: answer.inputs && unmarked(answer.inputs) };
    },
    update: async (id, olds, news) => ({
      outs: unmarked((await provider.update(id, olds, marked(news))).outs),
    }),
    delete: (id, props) => provider.delete(id, marked(props)),
    end: async () => {
      // What was written before the last answer is in the pipe already.
      await new Promise((resolve) => setImmediate(resolve));
      free.push(provider);
      return provider.stderr().slice(startOfShown);
    },
  };
}

/** Ends the processes, so that nothing is left of them. */
export async function endPulumisProcesses(): Promise<void> {
  const all = [...idle.values()].flat();
  idle.clear();
  await Promise.all(all.map((provider) => provider.close()));
}

/** Code before the line of a resource: the first line of an operation forgets what the one before had loaded. */
function loadAnew(operation: number, env: Record<string, string>): string {
  return (
    `if(globalThis.operation!==${operation}){globalThis.operation=${operation};process.setMaxListeners(0);` +
    `Object.assign(process.env,${JSON.stringify(env)});for(const file of Object.keys(require.cache))` +
    `if(/[\\\\/]dist[\\\\/]provider[\\\\/]/.test(file))delete require.cache[file]}`
  );
}
