import type { Engine } from "../engine/engine";
import { Stacks } from "../pulumi/stacks";
import type { Context } from "../run/context";
import { startShare } from "./service";

/** Does something with a fleet's stacks while their provider processes share what they know. */
export async function sharing<Result>(
  context: Context,
  engine: Engine,
  body: (context: Context) => Promise<Result>,
): Promise<Result> {
  const { fleet, redactor } = context;
  const share = await startShare((text, values) => engine.executeSql(text, values), fleet.parallel.machine);
  redactor.add(share.token);
  const env = { ...context.env, ...share.env };
  try {
    return await body({ ...context, env, stacks: new Stacks(fleet, env) });
  } finally {
    await share.close();
  }
}
