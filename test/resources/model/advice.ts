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
  world.endLate();
  for (let attempt = 0; attempt < 16; attempt++) {
    const failure = (await world.refresh()) ?? (await world.up());
    if (failure === undefined) return world.calm();
    said.push(failure instanceof Error ? failure.message : String(failure));
    await heal(world, said.at(-1) ?? "", attempt);
  }
  throw new Error(`it does not settle:\n${said.join("\n")}`);
}

/** A message, and what a patient person does about it; `set` changes the arguments of the resource that it is about. */
interface Advice {
  readonly said: RegExp;
  readonly act: (about: About) => unknown;
}

interface About {
  readonly world: World;
  readonly attempt: number;
  /** What the pattern found in the message. */
  readonly found: RegExpExecArray;
  readonly at: Slot | undefined;
  readonly set: (change: object) => unknown;
}

/** The first that applies is done. */
const ADVICE: readonly Advice[] = [
  { said: /SUBACCOUNTS_CONFIRM_GONE=1/, act: ({ world }) => world.refreshKnowing() },
  {
    said: /shows no metadata of the sub-account (\S+),/,
    act: ({ world, found }) => world.setMetadata(found[1] ?? ""),
  },
  { said: /status "suspended"/, act: ({ world }) => world.endStrangeness() },
  { said: /take it out with `pulumi state delete`/, act: ({ world }) => world.stateDelete() },
  {
    said: /has two active sub-accounts of this customer, (\S+) and (\S+)\./,
    act: ({ world, found }) => world.endOneOf(found.slice(1)),
  },
  {
    said: /already has \d+ sub-accounts of this customer .*?: (\S+); .*?, and (\S+); /,
    act: ({ world, found }) => world.endOneOf(found.slice(1)),
  },
  { said: /aliases: \["[^"]*::([^":]+)"\]/, act: (about) => renameOrChange(about, about.found[1] ?? "") },
  {
    said: /(\S+); it carries the marker of this resource and another externalId/,
    act: ({ world, found, set }) => set(world.asCalled(found[1])),
  },
  {
    said: /the sub-account (\S+) carries this resource's marker and another externalId or name than the state/,
    act: ({ world, found, set }) => set(world.asCalled(found[1])),
  },
  {
    said: /the sub-account (\S+) has another (?:externalId|name) than the code declares/,
    act: ({ world, found, set }) => set(world.asCalled(found[1])),
  },
  {
    said: /run (?:`pulumi state delete '[^']+'` (?:\(or [^)]+\) )?and )?`pulumi up`, which takes it over/,
    act: ({ world, found, set }) => {
      if (found.input.includes("take the adopt line out")) set({ adopt: undefined });
      world.stack.resources.delete(world.stack.at ?? "");
    },
  },
  {
    said: /is managed there\..* Take "[^"]+" and its keys out of this state/,
    act: ({ world, at }) => at && world.letGo(at),
  },
  {
    said: /run `pulumi up` without this change first/i,
    act: ({ world, at, set }) => set(world.identityInState(at)),
  },
  {
    said: /declares its customer \(by the externalId\) as "([^"]+)".*give the two different externalIds/,
    act: (about) => {
      const [, other] = [...about.world.places].find(([, { name }]) => name === about.found[1]) ?? [];
      if (other) other.args = { ...other.args, externalId: `apart ${about.attempt}` };
    },
  },
  { said: /adopt: "([^"]+)"/, act: (about) => adoptOrChange(about, about.found[1] ?? "") },
  {
    said: /^adopt is the same/,
    act: (about) => about.set({ adopt: undefined, ...fresh(about) }),
  },
  {
    said: /(?:another|other) (?:externalId|name)|is the same as that of the resource|declare one customer: give them different|a third value first/,
    act: (about) => about.set(fresh(about)),
  },
  {
    said: /was suspended, and (\w+)(?:\.(\w+))? is still what stopped it.* Declare it \(null/,
    act: ({ world, at, found: [, name = "", part], set }) => {
      const declared = at && world.places.get(at)?.args[name];
      set({ [name]: part === undefined ? null : { ...(declared as object), [part]: null } });
    },
  },
  {
    said: /has no sub-account .* to make a key for|whose key could be read/,
    act: ({ world }) => world.refresh(),
  },
  {
    said: /The sub-account is inactive/,
    act: ({ world, at }) => at && world.remove(at),
  },
  {
    said: /(\w+) cannot be (?:taken out|changed)/,
    act: ({ world, at, found, set }) => {
      const name = found[1] ?? "";
      set({ [name]: at && world.stateOf(at)?.outputs[name] });
    },
  },
  {
    said: /adopt names another account|that adopt could take over/,
    act: ({ set }) => set({ adopt: undefined }),
  },
  // Each attempt begins with a refresh.
  {
    said: /`pulumi refresh`|Run again in a minute|run `pulumi up` again|run the same command again/i,
    act: ({ world }) => world.stack.pass(60_000),
  },
];

/** Does what an error says to do. @throws Error if it says nothing that could be done. */
async function heal(world: World, message: string, attempt: number): Promise<void> {
  const { stack } = world;
  const at = [...world.places.keys()].find(
    (slot) => stack.at === `${world.typeOf(slot)} ${world.places.get(slot)?.name}`,
  );
  const place = at === undefined ? undefined : world.places.get(at);
  const set = (change: object) => {
    const inCrowd = world.crowd.find((name) => stack.at?.endsWith(` ${name}`));
    if (inCrowd) return world.crowdArgs.set(inCrowd, { ...world.crowdArgs.get(inCrowd), ...change });
    if (place === undefined) throw new Error(`${stack.at} is not in the program: ${message}`);
    place.args = { ...place.args, ...change };
    return undefined;
  };
  for (const { said, act } of ADVICE) {
    const found = said.exec(message);
    if (found === null) continue;
    await act({ world, attempt, found, at, set });
    return;
  }
  throw new Error(`nothing to be done about this at ${stack.at}: ${message}`);
}

/** A resource that was renamed gets an alias; one whose account another resource has is another customer. */
function renameOrChange(about: About, former: string): void {
  const { world, at } = about;
  const place = at && world.places.get(at);
  if (at === undefined || place === undefined)
    throw new Error(`an alias for a resource that is not in the program: ${about.found.input}`);
  const declared = [...world.places].find(
    ([slot, { name }]) => name === former && world.typeOf(slot) === world.typeOf(at),
  );
  // This one has an account of its own, of an interrupted run, and cannot change: the other one is called otherwise.
  if (declared && about.attempt > 3) {
    declared[1].args = { ...declared[1].args, name: `renamed ${about.attempt}` };
  } else if (declared || place.aliases.includes(former)) about.set({ adopt: undefined, ...fresh(about) });
  else place.aliases = [...place.aliases, former];
}

/** The account is adopted, unless another resource has it. */
function adoptOrChange(about: About, adopt: string): void {
  const { world } = about;
  const isOfAnother = [...world.stack.resources].some(
    ([key, { id }]) => key !== world.stack.at && id === adopt,
  );
  about.set(isOfAnother ? fresh(about) : { adopt });
}

function fresh({ world, at, attempt }: About): object {
  if (at === undefined) return {};
  const { identity } = world.modelOf(at);
  const isKey = !(ACCOUNTS as readonly string[]).includes(at);
  const value = `${at} fresh ${attempt}`;
  const args = world.places.get(at)?.args ?? {};
  return isKey || args["externalId"] === undefined ? { name: value } : { [identity]: value };
}
