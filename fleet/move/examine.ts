import { hostname } from "node:os";
import { sideBySide } from "../../provider/core/base/side-by-side";
import { FleetError } from "../fleet-error";
import { backendUrl, FileBackend } from "../pulumi/backend";
import { isThere } from "../pulumi/command";
import type { Kept } from "../pulumi/stacks";
import { StateEdits } from "../pulumi/state-edits";
import { type Context, contextOf, type Target } from "../run/context";
import type { Fleet } from "../shards/file";
import { displacedAmong, isOfFleet } from "./displaced";
import { isSame, type StateTenant, tenantsIn } from "./tenants";

/** Something that was looked at. Without `mend` all is well. */
export interface Observation {
  readonly isWrong: boolean;
  readonly text: string;
  readonly mend?: string;
}

/** A stack, its tag and its state. */
interface Seen {
  readonly stack: string;
  readonly isTagged: boolean;
  readonly kept: Kept;
  readonly tenants: readonly StateTenant[];
  /** The fleet ids that its states' provider has. */
  readonly fleetIds: readonly string[];
}

const wrong = (text: string, mend: string): Observation => ({ isWrong: true, text, mend });
const worth = (text: string, mend: string): Observation => ({ isWrong: false, text, mend });

/** Looks at all stacks of a fleet: their tags, states and locks. @returns the refusal where its files are wrong */
export async function examineStacks(
  fleet: Fleet,
  env: NodeJS.ProcessEnv,
): Promise<Observation[] | FleetError> {
  try {
    const context = await contextOf(fleet, { env });
    const url = await backendUrl(context);
    const backend = FileBackend.of(url, fleet.name);
    const edits = new StateEdits(fleet, env);
    const names = (await edits.names()).filter((name) => isOfFleet(name, fleet));
    const seen = await sideBySide(8, names, (stack) => look(context, edits, stack));
    const locks = seen.flatMap(({ stack }) =>
      (backend?.locks(stack) ?? []).map((lock) => ({ stack, ...lock })),
    );
    return [
      { isWrong: false, text: `${names.length} in ${url.split("?")[0]}` },
      ...context.targets.flatMap((target) => ofShard(target, seen)),
      ...unmapped(context, seen),
      ...tenants(context, seen),
      ...seen.flatMap((each) => fleetIds(fleet, each)),
      ...locks.map(({ stack, pid, hostname: host }) => {
        const text = `stack ${stack} is locked by process ${pid} on ${host}`;
        const isLeft = host === hostname() && !isThere(pid);
        if (isLeft) return wrong(`${text}, which has ended`, `pulumi cancel --yes --stack ${stack}`);
        return worth(text, "wait for it; if it has ended there: pulumi cancel --yes --stack <stack>");
      }),
      ...(backend?.strayTags() ?? []).map((file) => worth(`${file} is the tag of no stack`, `rm '${file}'`)),
    ];
  } catch (error) {
    if (error instanceof FleetError) return error;
    throw error;
  }
}

async function look({ stacks }: Context, edits: StateEdits, stack: string): Promise<Seen> {
  const kept = (await stacks.kept(stack)) ?? { state: "none" };
  const isTagged = kept.state !== "none" || (await edits.isOfFleet(stack));
  const resources = await stacks.resources(stack);
  const ids = resources.flatMap(({ type, inputs }) => {
    const id = type.startsWith("pulumi:providers:") ? inputs?.["subaccounts:fleet"] : undefined;
    return typeof id === "string" ? [id] : [];
  });
  return { stack, isTagged, kept, tenants: tenantsIn(resources), fleetIds: ids };
}

function ofShard({ stack, tenants, inputs }: Target, all: readonly Seen[]): Observation[] {
  const seen = all.find((each) => each.stack === stack);
  if (seen === undefined) {
    return tenants.length === 0 ? [] : [worth(`stack ${stack} is not made yet`, "subaccounts fleet up")];
  }
  const { state } = seen.kept;
  if (!seen.isTagged) return [worth(`stack ${stack} was made by no up of the fleet`, "subaccounts fleet up")];
  if (state === "moving")
    return [wrong(`a move of tenants of stack ${stack} has not ended`, "subaccounts fleet move")];
  if (state === "running")
    return [wrong(`an up of stack ${stack} runs, or was killed`, "subaccounts fleet up")];
  if (state === "failed") return [wrong(`the last up of stack ${stack} failed`, "subaccounts fleet up")];
  return seen.kept.inputs === inputs ? [] : [worth(`stack ${stack} has changes`, "subaccounts fleet plan")];
}

function unmapped({ targets }: Context, all: readonly Seen[]): Observation[] {
  const mapped = new Set(targets.map(({ stack }) => stack));
  return all
    .filter(({ stack, isTagged }) => isTagged && !mapped.has(stack))
    .map(({ stack, tenants }) =>
      tenants.length === 0
        ? worth(`stack ${stack} is empty, and the map does not have it`, "subaccounts fleet gc")
        : wrong(
            `stack ${stack} has ${tenants.length} tenants, and the map does not have it`,
            "subaccounts fleet move, for those that have a file; or put its shard back into the map",
          ),
    );
}

/** Tenants in another stack than their files say, or in two. */
function tenants({ targets }: Context, all: readonly Seen[]): Observation[] {
  const states = new Map(all.map(({ stack, tenants }) => [stack, tenants]));
  const displaced = displacedAmong(targets, states).map(({ externalId, from, to }) =>
    wrong(`tenant ${externalId} is in stack ${from}, and belongs to ${to}`, "subaccounts fleet move"),
  );
  const first = new Map<string, { stack: string; tenant: StateTenant }>();
  const twice = all.flatMap(({ stack, tenants }) =>
    tenants.flatMap((tenant) => {
      const other = first.get(tenant.externalId);
      first.set(tenant.externalId, { stack, tenant });
      if (other === undefined) return [];
      const what = isSame(tenant, other.tenant) ? "the same accounts" : "different accounts";
      const text = `tenant ${tenant.externalId} is in ${other.stack} and ${stack}, with ${what}`;
      return [wrong(text, "subaccounts fleet move, which says what it cannot tell")];
    }),
  );
  return [...displaced, ...twice];
}

function fleetIds({ id }: Fleet, { stack, fleetIds }: Seen): Observation[] {
  if (fleetIds.every((each) => each === id)) return [];
  const text = `stack ${stack} was changed with another subaccounts:fleet than the id of fleet.yaml`;
  return [worth(text, "subaccounts fleet up writes this one into the accounts' markers, if it is meant")];
}
