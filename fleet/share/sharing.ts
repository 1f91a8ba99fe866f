import type { Engine } from "../engine/engine";
import type { Context } from "../run/context";
import { startShare } from "./service";

/** Does something with a fleet's stacks while their provider processes share what they know. */
export async function sharing<Result>(
  context: Context,
  engine: Engine,
  body: (context: Context) => Promise<Result>,
): Promise<Result> {
  const { fleet, redactor } = context;
  const share = await startShare(
    (text, values) => engine.executeSql(text, values),
    fleet.parallel.machine,
    engine.schema,
  );
  redactor.add(share.token);
  const env = { ...context.env, ...share.env };
  try {
    return await body({ ...context, env, stacks: context.stacks.within(env), beginRun: share.beginRun });
  } finally {
    await share.close();
  }
}
