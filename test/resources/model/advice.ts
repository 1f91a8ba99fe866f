import { ACCOUNTS, KEYS, type Slot } from "./story";
import type { World } from "./world";

/**
 * Ends a story: with the vendors well again, whatever an error says is done until an `up` succeeds, and then there is
 * nothing more to do.
 *
 * @throws Error if that cannot be reached.
 */
export async function settle(world: World): Promise<void> {
  const said: string[] = [];
  // A suspended account can have no key.
  for (const [key, account] of Object.entries(KEYS)) {
    if (world.places.get(account)?.args["status"] === "inactive") world.places.delete(key as Slot);
  }
  await world.refresh();
  for (let attempt = 0; attempt < 12; attempt++) {
    const failure = await world.up();
    if (failure === undefined) return world.calm();
    said.push(failure instanceof Error ? failure.message : String(failure));
    await heal(world, said.at(-1) ?? "", attempt);
  }
  throw new Error(`it does not settle:\n${said.join("\n")}`);
}

/** Does what an error says to do, as a patient person would. @throws Error if it says nothing that could be done. */
async function heal(world: World, message: string, attempt: number): Promise<void> {
  const { stack } = world;
  const at = [...world.places.keys()].find(
    (slot) => stack.at === `${world.typeOf(slot)} ${world.places.get(slot)?.name}`,
  );
  if (at === undefined) throw new Error(`nothing to be done about this, which is of no resource: ${message}`);
  const place = world.places.get(at);
  if (place === undefined) throw new Error(message);
  const set = (change: object) => {
    place.args = { ...place.args, ...change };
  };
  const adopt = /adopt: "([^"]+)"/.exec(message)?.[1];
  const isOfAnother = [...stack.resources].some(([key, { id }]) => key !== stack.at && id === adopt);
  if (adopt !== undefined && !isOfAnother) return set({ adopt });
  if (/^adopt is the same/.test(message))
    return set({ adopt: undefined, ...fresh(world, at, attempt, place.args) });
  if (/another (externalId|name)|is the same as that of the resource/.test(message)) {
    return set(fresh(world, at, attempt, place.args));
  }
  if (/Run `pulumi refresh`|has no sub-account .* to make a key for|whose key could be read/.test(message))
    return world.refresh();
  // The person knows that the account was removed.
  const lostKey = /key (\S+) of .* could not be told.*`pulumi state delete`/s.exec(message)?.[1];
  if (lostKey !== undefined) {
    stack.condemned = stack.condemned.filter(({ resource }) => resource.outputs["keyId"] !== lostKey);
    for (const [key, { outputs }] of stack.resources) {
      if (outputs["keyId"] === lostKey) stack.resources.delete(key);
    }
    return;
  }
  if (/The sub-account is inactive/.test(message)) {
    world.remove(at);
    return;
  }
  const stuck = /(\w+) cannot be (?:taken out|changed)/.exec(message)?.[1];
  if (stuck !== undefined) return set({ [stuck]: world.stateOf(at)?.outputs[stuck] });
  if (/adopt names another account|that adopt could take over/.test(message))
    return set({ adopt: undefined });
  throw new Error(`nothing to be done about this: ${message}`);
}

function fresh(world: World, at: Slot, attempt: number, args: object): object {
  const { identity } = world.modelOf(at);
  const isKey = !(ACCOUNTS as readonly string[]).includes(at);
  const value = `${at} fresh ${attempt}`;
  return isKey || !("externalId" in args) ? { name: value } : { [identity]: value };
}
