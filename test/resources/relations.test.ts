import { afterEach, describe, expect, it } from "vitest";
import type { VendorName } from "../../emulator";
import { MARKING, VENDORS } from "../vendors/index.mts";
import { found } from "./relations.found";
import { had } from "./relations.had";
import {
  type Adopted,
  adopts,
  type Created,
  creates,
  type Destroyed,
  destroys,
  type Refreshed,
  refreshes,
  type Updated,
  updates,
} from "./relations.outcomes";
import { Scene } from "./relations.scene";

/** An account of the state: the vendors, what happened to it, then what a refresh, an up with a change and a destroy do. */
const OF_THE_STATE: readonly [
  readonly VendorName[],
  keyof typeof had,
  Refreshed | "-",
  Updated | "-",
  Destroyed | "-",
][] = [
  [VENDORS, "mine", "keep", "write", "delete"],
  [MARKING, "mine, of an owner that is not today's", "keep", "write, mark", "delete"],
  [VENDORS, "mine, declared in this run", "-", "-", "keep"],
  [VENDORS, "mine, wanted by a create that was refused", "-", "-", "fail"],
  [VENDORS, "mine, wanted by an adoption that was refused", "-", "-", "fail"],
  [VENDORS, "claimed by another resource", "keep, warn", "refuse", "keep"],
  [MARKING, "mine, and a double of it", "keep, warn", "write", "delete"],
  [MARKING, "unreadable", "keep, warn", "refuse", "fail"],
  [MARKING, "mine, unsaved", "keep, take its id", "write, take its id", "fail"],
  [MARKING, "mine, another customer", "keep, warn", "refuse", "keep"],
  [MARKING, "another resource of this stack took it over", "keep, warn", "refuse", "keep"],
  [MARKING, "another stack adopted it", "keep, warn", "refuse", "keep"],
  [["bolna"], "another stack adopted it", "keep", "write", "delete"],
  [MARKING, "another stack of the fleet adopted it", "keep, warn", "refuse", "keep"],
  [MARKING, "mine, of an owner of the fleet that is not today's", "keep", "write, mark", "delete"],
  [MARKING, "unmarked", "keep, drift", "write, mark", "delete"],
  [MARKING, "unmarked, and called otherwise", "keep, drift", "write, mark", "fail"],
  [VENDORS, "gone", "drop", "refuse", "done"],
  [VENDORS, "elsewhere", "fail", "refuse", "fail"],
  [MARKING, "not shown by a gateway", "fail", "refuse", "fail"],
  [["bolna"], "not shown by an empty list", "fail", "refuse", "fail"],
  [MARKING, "not shown, beside a list that has no end", "fail", "refuse", "fail"],
  [MARKING, "another account is shown for it, by itself", "keep", "refuse", "fail"],
  [["zavu"], "inactive", "keep, drift", "activate", "delete"],
  [["zavu"], "inactive, and another has its identity", "keep, drift", "refuse", "delete"],
  [["bctrl"], "archived", "drop", "refuse", "done"],
  [["bctrl"], "archived, which a GET does not find", "drop", "refuse", "done"],
  [MARKING, "of a strange status", "keep, drift", "refuse", "fail"],
];

/** An account that the state does not have: the vendors, whose it is, then what a create and an adoption do. */
const NOT_OF_THE_STATE: readonly [readonly VendorName[], keyof typeof found, Created | "-", Adopted | "-"][] =
  [
    [MARKING, "mine, unsaved", "take over", "adopt"],
    [MARKING, "mine, unsaved, of a former name with an alias", "take over", "adopt"],
    [MARKING, "mine, unsaved, twice", "conflict", "-"],
    [MARKING, "mine, another customer in id and name", "create, warn", "refuse"],
    [MARKING, "mine, another customer in the id", "conflict", "refuse"],
    [VENDORS, "claimed by another resource", "conflict", "refuse"],
    [MARKING, "unreadable", "conflict", "refuse"],
    [MARKING, "unreadable, of another customer", "create", "refuse"],
    [MARKING, "of a former name", "conflict", "refuse"],
    [MARKING, "of a former name, and of another customer", "create", "refuse"],
    [MARKING, "of a resource that is declared", "conflict", "refuse"],
    [MARKING, "of another stack", "conflict", "adopt, warn"],
    [["bolna"], "of another stack", "conflict", "adopt, warn"],
    [MARKING, "of the same fleet", "conflict", "adopt"],
    [MARKING, "of the same fleet, in a run that recovers it", "take over", "adopt"],
    [
      MARKING,
      "of the same fleet, of a former name with an alias, in a run that recovers it",
      "take over",
      "adopt",
    ],
    [MARKING, "of the same fleet, of a former name, in a run that recovers it", "conflict", "adopt"],
    [
      MARKING,
      "of the same fleet, another customer in the id, in a run that recovers it",
      "conflict",
      "refuse",
    ],
    [
      MARKING,
      "of the same fleet and of another customer, in a run that recovers it",
      "create, warn",
      "refuse",
    ],
    [MARKING, "of another fleet, in a run that recovers its own", "conflict", "adopt, warn"],
    [VENDORS, "of no fleet, in a run that recovers its own", "conflict", "adopt, warn"],
    [VENDORS, "of another stack and customer", "create", "refuse"],
    [MARKING, "unmarked", "conflict", "adopt"],
    [MARKING, "unmarked, without externalIds, called nearly so", "conflict", "adopt"],
    [MARKING, "unmarked, of another externalId", "create", "refuse"],
    [["bolna"], "unmarked, called nearly so", "conflict", "adopt, warn"],
    [VENDORS, "gone", "create", "refuse"],
    [VENDORS, "elsewhere, by what another state tells", "fail", "refuse"],
    [MARKING, "beside a list that has no end", "fail", "-"],
    [["zavu"], "inactive", "create", "activate"],
    [["zavu"], "inactive, with a key that works", "conflict", "activate"],
    [["zavu"], "inactive, mine, and declared so", "take over", "-"],
    [["zavu"], "inactive, of the same fleet and declared so, in a run that recovers it", "take over", "-"],
    [["zavu"], "inactive, and another has its identity", "conflict", "refuse"],
    [["bctrl"], "archived", "create", "refuse"],
    [MARKING, "of a strange status", "conflict", "refuse"],
    [MARKING, "of a strange status, mine, another customer", "conflict", "refuse"],
    [MARKING, "of a strange status and another customer", "create", "refuse"],
  ];

describe("what is done to an account follows from its place, its presence and whose it is", () => {
  let scene: Scene;
  afterEach(() => scene?.stack.close());
  const arranged = async (vendor: VendorName, arrange: (scene: Scene) => unknown) => {
    scene = await Scene.open(vendor);
    await arrange(scene);
    // Older than reads may lag behind writes.
    scene.stack.pass(60_000);
    return scene;
  };

  const stateCells = OF_THE_STATE.flatMap(([vendors, situation, refresh, up, destroy]) =>
    vendors.flatMap((vendor) => [
      {
        situation,
        vendor,
        operation: "refresh",
        outcome: refresh,
        check: (s: Scene) => refresh !== "-" && refreshes(s, refresh),
      },
      { situation, vendor, operation: "up", outcome: up, check: (s: Scene) => up !== "-" && updates(s, up) },
      {
        situation,
        vendor,
        operation: "destroy",
        outcome: destroy,
        check: (s: Scene) => destroy !== "-" && destroys(s, destroy),
      },
    ]),
  );
  it.each(stateCells.filter(({ outcome }) => outcome !== "-"))(
    "in the state: $situation | $vendor | $operation: $outcome",
    async ({ vendor, situation, check }) => {
      await check(await arranged(vendor, had[situation]));
    },
  );

  const newCells = NOT_OF_THE_STATE.flatMap(([vendors, situation, create, adopt]) =>
    vendors.flatMap((vendor) => [
      {
        situation,
        vendor,
        operation: "create",
        outcome: create,
        check: (s: Scene) => create !== "-" && creates(s, create),
      },
      {
        situation,
        vendor,
        operation: "adopt",
        outcome: adopt,
        check: (s: Scene) => adopt !== "-" && adopts(s, adopt),
      },
    ]),
  );
  it.each(newCells.filter(({ outcome }) => outcome !== "-"))(
    "not in the state: $situation | $vendor | $operation: $outcome",
    async ({ vendor, situation, check }) => {
      await check(await arranged(vendor, found[situation]));
    },
  );

  it.each(MARKING)("an account that was taken over is deleted after a refresh at %s", async (vendor) => {
    const { stack, type } = await arranged(vendor, had["mine, unsaved"]);
    await expect(stack.destroy(type)).rejects.toThrow(/`pulumi refresh` takes it in/);
    await stack.refresh(type);
    await stack.destroy(type);
    expect(stack.resources.size).toBe(0);
    expect(scene.shown()?.status).not.toBe("active");
  });

  it.each(MARKING)(
    "a changed owner is a change by itself at %s, and the stack it came from can end nothing",
    async (vendor) => {
      scene = await Scene.open(vendor);
      const { stack, type, args } = scene;
      const from = stack.beside();
      await from.up(type, args);
      scene.put(from.resource(type));
      scene.id = scene.saved.id;
      expect(await stack.up(type, args)).toBe("update");
      expect(scene.isMarkedAsOwn()).toBe(true);
      expect(await stack.up(type, args)).toBe("same");
      await from.destroy(type);
      expect(scene.shown()?.status).toBe("active");
    },
  );

  it.each(MARKING)("an adopt line is silent once the state has the account at %s", async (vendor) => {
    const { stack, type, args, id } = await arranged(vendor, found.unmarked);
    await stack.up(type, { ...args, adopt: id });
    stack.emulator.clearRequests();
    expect(await stack.up(type, { ...args, adopt: id })).toBe("same");
    expect(stack.emulator.requests).toEqual([]);
  });

  it.each(MARKING)("a create that took effect twice leaves one account at %s", async (vendor) => {
    scene = await Scene.open(vendor);
    const { stack, type, args, facts } = scene;
    stack.env["BCTRL_API_VERSION"] = "v1";
    const [method = "", path = ""] = facts.create.split(" ");
    stack.emulator.fault({ vendor, method, path, fault: { kind: "drop", when: "after" } });
    stack.emulator[vendor].switches.lagMs = 40_000;
    await stack.up(type, args);
    const active = scene.accounts().filter(({ status }) => status === "active");
    expect(active.map(({ id }) => id)).toEqual([scene.saved.id]);
    expect(stack.printed.join()).toMatch(/second sub-account, \S+; nobody had used it, and it was ended/);
  });

  it.each(
    VENDORS.flatMap((vendor) => [
      { vendor, first: "beta" },
      { vendor, first: "acme" },
    ]),
  )(
    "an adopt line with the account of another resource is refused in the preview at $vendor, $first first",
    async ({ vendor, first }) => {
      scene = await Scene.open(vendor);
      const { stack, type, facts } = scene;
      await stack.up(type, facts.args, { name: "beta" });
      const { id } = stack.resource(type, "beta");
      stack.emulator.clearRequests();
      const previews = [
        () => stack.preview(type, facts.args, { name: "beta" }),
        () => stack.preview(type, { ...facts.others, adopt: id }, { name: "acme" }),
      ];
      await stack.operation(async () => {
        const [one, two] = first === "beta" ? previews : previews.reverse();
        await one?.();
        await expect(two?.()).rejects.toThrow(/each account belongs to one resource|take that line out/);
      });
      expect(stack.emulator.requests).toEqual([]);
    },
  );

  it.each(VENDORS)(
    "a mass of accounts that are gone at %s stops a refresh, which names them",
    async (vendor) => {
      scene = await Scene.open(vendor);
      const { stack, type, facts } = scene;
      const names = ["a", "b", "c", "d", "e"];
      for (const name of ["stays", ...names]) {
        await stack.up(
          type,
          { ...facts.args, name, ...("externalId" in facts.args && { externalId: name }) },
          { name },
        );
      }
      const ids = names.map((name) => stack.resource(type, name).id);
      for (const id of ids) stack.emulator[vendor].remove(id);
      stack.pass(60_000);
      await expect(stack.refreshAll()).rejects.toThrow(
        new RegExp(
          `4 sub-accounts of this stack are gone, and 1 are listed: ${ids.slice(0, 4).join(", ")}\\..*SUBACCOUNTS_CONFIRM_GONE=1`,
        ),
      );
      stack.env["SUBACCOUNTS_CONFIRM_GONE"] = "1";
      await stack.refreshAll();
      expect([...stack.resources.keys()]).toEqual([`${type} stays`]);
    },
  );

  it.each(MARKING)(
    "a state that turns up after a create in another organization fails the run at %s",
    async (vendor) => {
      scene = await Scene.open(vendor);
      const { stack, type, facts } = scene;
      await stack.up(type, facts.args);
      scene.useOtherOrganization();
      await stack.operation(async () => {
        await stack.up(type, facts.others, { name: "new" });
        const made = stack.resource(type, "new").id;
        await expect(stack.up(type, facts.args)).rejects.toThrow(
          new RegExp(`this run created ${made} in \\S+: the key was changed for one of another organization`),
        );
      });
    },
  );
});
