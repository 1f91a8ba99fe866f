import * as pulumi from "@pulumi/pulumi";
import { describe, expect, it } from "vitest";
import { ownershipOf } from "../../../provider/dynamic/protocol";
import { zavu } from "../../../sdk";
import { urnUnder } from "../../../sdk/core/aliases";
import { registrationsOf } from "./registrations";

const PREFIX = "urn:pulumi:dev::shop::";
const ACCOUNT = "pulumi-nodejs:dynamic/subaccounts/zavu:SubAccount";

class Group extends pulumi.ComponentResource {
  constructor(name: string, opts?: pulumi.ComponentResourceOptions) {
    super("shop:index:Group", name, {}, opts);
  }
}

/** The lines of `__owner` of the only account as the provider reads them, without what every URN begins with. */
async function ownerLines(program: () => pulumi.Output<unknown>): Promise<string[]> {
  const account = (await registrationsOf(program)).find(({ type }) => type === ACCOUNT);
  const { owner, urn, aliases = [] } = ownershipOf(account?.inputs ?? {});
  return [`${owner} ${urn}`, ...aliases].map((line) => line.replace(PREFIX, ""));
}

describe("the former URNs of an account", () => {
  it.each(["acme", "~acme", "a ~ b"])("and of today are whole for the name %j", async (name) => {
    const parent = () => new Group("vip");
    const program = () =>
      new zavu.SubAccount(name, { name: "Acme" }, { parent: parent(), aliases: [{ name: "~" }] }).urn;
    const type = `shop:index:Group$${ACCOUNT}`;
    expect(await ownerLines(program)).toEqual([`owner-id ${type}::${name}`, `${type}::~`]);
  });

  it("are none without an alias", async () => {
    const lines = await ownerLines(() => new zavu.SubAccount("acme", { name: "Acme" }).urn);
    expect(lines).toEqual([`owner-id ${ACCOUNT}::acme`]);
  });

  it.each<[string, pulumi.Input<string | pulumi.Alias>, string]>([
    ["a URN", `${PREFIX}${ACCOUNT}::old`, `${ACCOUNT}::old`],
    ["a name", { name: "old" }, `${ACCOUNT}::old`],
    ["a type", { type: "shop:index:Account" }, "shop:index:Account::acme"],
    ["a parent's URN", { parent: `${PREFIX}shop:index:Group::vip` }, `shop:index:Group$${ACCOUNT}::acme`],
    ["a stack", { stack: "prod" }, `urn:pulumi:prod::shop::${ACCOUNT}::acme`],
    ["a project", { project: "store" }, `urn:pulumi:dev::store::${ACCOUNT}::acme`],
    ["an output", pulumi.output({ name: "old" }), `${ACCOUNT}::old`],
  ])("come from an alias that is %s", async (_what, alias, former) => {
    const lines = await ownerLines(
      () => new zavu.SubAccount("acme", { name: "Acme" }, { aliases: [alias] }).urn,
    );
    expect(lines).toEqual([`owner-id ${ACCOUNT}::acme`, former]);
  });

  it("come from an alias for the time without a parent", async () => {
    const lines = await ownerLines(() => {
      const aliases = [{ parent: pulumi.rootStackResource }];
      return new zavu.SubAccount("acme", { name: "Acme" }, { parent: new Group("vip"), aliases }).urn;
    });
    expect(lines).toEqual([`owner-id shop:index:Group$${ACCOUNT}::acme`, `${ACCOUNT}::acme`]);
  });

  it("come from an alias on a parent alone, whose name the account's begins with", async () => {
    const lines = await ownerLines(() => {
      const parent = new Group("acme-corp", { aliases: [{ name: "acme" }] });
      return new zavu.SubAccount("acme-corp-sms", { name: "Acme" }, { parent }).urn;
    });
    expect(lines).toEqual([
      `owner-id shop:index:Group$${ACCOUNT}::acme-corp-sms`,
      `shop:index:Group$${ACCOUNT}::acme-sms`,
    ]);
  });

  it("come from an alias on a grandparent alone", async () => {
    const lines = await ownerLines(() => {
      const grandparent = new Group("vip", { aliases: [{ type: "shop:index:Segment" }] });
      const parent = new Group("paying", { parent: grandparent });
      return new zavu.SubAccount("acme", { name: "Acme" }, { parent }).urn;
    });
    expect(lines).toEqual([
      `owner-id shop:index:Group$shop:index:Group$${ACCOUNT}::acme`,
      `shop:index:Segment$shop:index:Group$${ACCOUNT}::acme`,
    ]);
  });

  it("come from every combination of a child's, a parent's and a grandparent's aliases", async () => {
    const lines = await ownerLines(() => {
      const segment = new Group("vip", { aliases: [{ type: "shop:index:Segment" }] });
      const group = new Group("paying", { parent: segment, aliases: [{ type: "shop:index:Paying" }] });
      return new zavu.SubAccount("acme", { name: "Acme" }, { parent: group, aliases: [{ name: "amce" }] })
        .urn;
    });
    const parents = ["Group$shop:index:Group", "Group$shop:index:Paying"];
    const formerParents = ["Segment$shop:index:Group", "Segment$shop:index:Paying"];
    expect(lines.map((line) => line.replace("owner-id ", "")).toSorted()).toEqual(
      [...parents, ...formerParents]
        .flatMap((parent) => ["acme", "amce"].map((name) => `shop:index:${parent}$${ACCOUNT}::${name}`))
        .toSorted(),
    );
    expect(lines[0]).toBe(`owner-id shop:index:Group$shop:index:Group$${ACCOUNT}::acme`);
  });

  it("come from aliases that a transformation adds to the account or to a parent", async () => {
    const lines = await ownerLines(() => {
      const rename: pulumi.ResourceTransformation = ({ name, props, opts }) => ({
        props,
        opts: pulumi.mergeOptions(opts, { aliases: [{ name: `old-${name}` }] }),
      });
      const parent = new Group("vip", { transformations: [rename] });
      return new zavu.SubAccount("vip", { name: "Acme" }, { parent }).urn;
    });
    expect(lines.slice(1)).toEqual([`shop:index:Group$${ACCOUNT}::old-vip`]);
  });

  it("are each there once, and never the URN of today", async () => {
    const lines = await ownerLines(() => {
      const parent = new Group("vip", { aliases: [{ name: "best" }, { name: "first" }] });
      return new zavu.SubAccount(
        "acme",
        { name: "Acme" },
        { parent, aliases: [{ name: "old" }, { name: "old" }] },
      ).urn;
    });
    expect(lines).toEqual([`owner-id shop:index:Group$${ACCOUNT}::acme`, `shop:index:Group$${ACCOUNT}::old`]);
  });

  it("are at most 63 beside the URN of today, the account's own first", async () => {
    const many = (prefix: string) =>
      Array.from({ length: 20 }, (_, index) => ({ name: `${prefix}${index}` }));
    const types = Array.from({ length: 20 }, (_, index) => ({ type: `shop:index:Group${index}` }));
    const lines = await ownerLines(() => {
      const parent = new Group("vip", { aliases: types });
      return new zavu.SubAccount("acme", { name: "Acme" }, { parent, aliases: many("old") }).urn;
    });
    expect(lines.length).toBeLessThanOrEqual(64);
    expect(lines.slice(1, 21)).toEqual(many("old").map(({ name }) => `shop:index:Group$${ACCOUNT}::${name}`));
    expect(lines.slice(21, 41)).toEqual(types.map(({ type }) => `${type}$${ACCOUNT}::acme`));
  });
});

describe("the URN of a child under a former URN of its parent", () => {
  it.each([
    ["keeps the child's name", "A$C::child", "A::parent", "B::old", "B$C::child"],
    ["follows the parent's name at its beginning", "A$C::parent-db", "A::parent", "A::old", "A$C::old-db"],
    ["keeps a chain of parents", "A$B$C::c", "A$B::b", "X$Y::b", "X$Y$C::c"],
    ["takes a name with colons whole", "A$C::a::b", "A::a", "A::x::y", "A$C::x::y::b"],
  ])("%s", (_what, child, parent, formerParent, expected) => {
    expect(urnUnder(PREFIX + child, PREFIX + parent, PREFIX + formerParent)).toBe(PREFIX + expected);
  });
});
