import { SubaccountsError } from "../base/errors";
import type { Values, WriteContext } from "../contract/resource";
import { mutate } from "../vendor-io/mutate";
import { readNested } from "./absence";
import type { NestedCalls } from "./create";
import { type Compared, changeOf } from "./differences";
import type { NestedObject } from "./nested";

/**
 * Sends what differs from what is declared, and nothing else.
 *
 * @param argsBefore arguments of the state, and those that are wanted, both without what `ignoreChanges` names.
 * @returns the object after it. @throws SubaccountsError where it is gone
 */
export async function updateNested(
  context: WriteContext<unknown>,
  calls: NestedCalls,
  compared: Compared,
  { id, accountId, state }: { readonly id: string; readonly accountId: string; readonly state: Values },
  argsBefore: Values,
  args: Values,
): Promise<NestedObject> {
  const shown = await readNested(context, calls, accountId, id, state);
  if (shown === undefined) {
    throw new SubaccountsError(
      `${compared.title}: the ${compared.noun} ${id} of the sub-account ${accountId} is gone. Nothing was changed. Run ` +
        "`pulumi refresh`, then `pulumi up` makes a new one",
    );
  }
  const changeTo = (has: NestedObject) => changeOf(compared, has, argsBefore, args);
  const change = changeTo(shown.item);
  if (Object.keys(change).length === 0) return shown.item;
  const fixed = Object.keys(change).filter((name) => compared.fields[name]?.updatable === false);
  if (fixed.length > 0) {
    throw new SubaccountsError(
      `${compared.title}: the ${compared.noun} ${id} of the sub-account ${accountId} has another ${fixed.join(" and ")} than is declared, ` +
        "and there is no way to change it. Nothing was changed. Declare what the vendor has, or delete it there and run " +
        "`pulumi refresh`",
    );
  }
  return mutate(context, {
    send: () => calls.endpoints.update(accountId, id, change),
    readBack: async () => {
      const again = (await calls.list(accountId))?.items.find((each) => each.id === id);
      return again && Object.keys(changeTo(again)).length === 0 ? again : undefined;
    },
    repeat: "repeatable",
  });
}
