import { type Scene, unreadable } from "./relations.scene";

type Arrange = (scene: Scene) => unknown;
const ALWAYS = Number.POSITIVE_INFINITY;

/** What happened to an account of the state. */
export const had = {
  mine: (scene) => scene.makeOwn(),
  "mine, of an owner that is not today's": async (scene) => {
    const from = scene.stack.beside();
    await from.up(scene.type, scene.args);
    scene.put(from.resource(scene.type));
    scene.id = scene.saved.id;
  },
  "mine, declared in this run": async (scene) => {
    await scene.makeOwn();
    scene.sameRun = () => scene.stack.preview(scene.type, scene.args);
  },
  "mine, wanted by a create that was refused": async (scene) => {
    scene.because = /a create of this run that was refused names it/;
    await scene.makeOwn();
    scene.sameRun = () => scene.stack.up(scene.type, scene.args, { name: "renamed" }).catch(() => {});
  },
  "mine, wanted by an adoption that was refused": async (scene) => {
    scene.because = /a create of this run that was refused names it/;
    await scene.makeOwn();
    const wrong = { ...scene.facts.others, adopt: scene.id };
    scene.sameRun = () => scene.stack.up(scene.type, wrong, { name: "renamed" }).catch(() => {});
  },
  "claimed by another resource": async (scene) => {
    scene.because = /in the state of another resource of this program|same as that of the resource "beta"/;
    const { externalId: _, ...args } = scene.args;
    scene.args = args;
    await scene.makeOwn();
    const { saved } = scene;
    // Not a renamed resource, which has its former tag: one that was written under its own name.
    const __nonce = String(saved.outputs["__nonce"]).replace(/^([^.]*)\.[^.]*/, "$1.ofBeta00");
    scene.put({ ...saved, outputs: { ...saved.outputs, __nonce } }, "beta");
    scene.sameRun = () => scene.stack.up(scene.type, args, { name: "beta" });
  },
  "mine, and a double of it": async (scene) => {
    await scene.makeOwn();
    const { id } = scene;
    scene.seed({ ...scene.args, metadata: scene.shown()?.metadata });
    scene.id = id;
  },
  unreadable: async (scene) => {
    scene.because = /a marker that this version cannot read/;
    await scene.makeOwn();
    scene.change(unreadable);
  },
  "mine, unsaved": async (scene) => {
    scene.because = /`pulumi refresh` takes it in/;
    await scene.makeOwn();
    await scene.loseRun();
  },
  "mine, another customer": async (scene) => {
    scene.because = /another externalId or name than the state|managed there/;
    await scene.makeOwn();
    const backup = scene.saved;
    await scene.stack.up(scene.type, scene.facts.others);
    await scene.loseRun(scene.facts.others);
    scene.put(backup);
  },
  "another resource of this stack took it over": async (scene) => {
    scene.because = /adopted by \S+::beta/;
    await scene.makeOwn();
    await scene.loseRun(scene.args, { name: "beta", aliases: ["acme"] });
  },
  "another stack adopted it": async (scene) => {
    scene.because = /adopted by urn:pulumi:other::.*`pulumi state delete --target-dependents 'urn:/;
    await scene.makeOwn();
    await scene.stack.beside().up(scene.type, { ...scene.args, adopt: scene.id });
  },
  "another stack of the fleet adopted it": async (scene) => {
    scene.because = /adopted by urn:pulumi:other::/;
    scene.inFleet();
    await scene.makeOwn();
    // Neither a refresh nor an update nor a delete takes anything over.
    scene.recover();
    const other = scene.stack.beside();
    other.config = scene.stack.config;
    await other.up(scene.type, { ...scene.args, adopt: scene.id });
  },
  "mine, of an owner of the fleet that is not today's": async (scene) => {
    scene.inFleet();
    const from = scene.stack.beside();
    from.config = scene.stack.config;
    await from.up(scene.type, scene.args);
    scene.put(from.resource(scene.type));
    scene.id = scene.saved.id;
  },
  unmarked: async (scene) => {
    await scene.makeOwn();
    scene.change({ metadata: {} });
  },
  "unmarked, and called otherwise": async (scene) => {
    scene.because = /no marker any more, and has another externalId or name/;
    await scene.makeOwn();
    scene.change({ ...scene.facts.others, metadata: {} });
  },
  gone: async (scene) => {
    scene.because = /has no sub-account \S+ any more\. Run `pulumi refresh`/;
    await scene.makeOwn();
    await scene.stack.up(scene.type, scene.facts.others, { name: "bystander" });
    scene.stack.emulator[scene.vendor].remove(scene.id);
  },
  elsewhere: async (scene) => {
    scene.because =
      /this parent key is of the organization \S+, and the sub-account \S+ of this stack is of \S+\./;
    await scene.makeOwn();
    scene.useOtherOrganization();
  },
  "not shown by a gateway": async (scene) => {
    scene.because = /This is no answer of/;
    await scene.makeOwn();
    scene.stack.emulator.fault({ times: ALWAYS, fault: { kind: "foreign", as: "no route" } });
  },
  "not shown by an empty list": async (scene) => {
    scene.because = /an empty list says nothing/;
    await scene.makeOwn();
    scene.stack.emulator.fault({ method: "GET", times: ALWAYS, fault: { kind: "cut", keep: 0 } });
  },
  "not shown, beside a list that has no end": async (scene) => {
    scene.because = /not proven: the listing of the accounts is incomplete/;
    await scene.makeOwn();
    scene.stack.emulator[scene.vendor].remove(scene.id);
    scene.repeatCursor();
  },
  "another account is shown for it, by itself": async (scene) => {
    scene.because = /is about another id/;
    await scene.makeOwn();
    await scene.stack.up(scene.type, scene.facts.others, { name: "bystander" });
    const path = (id: string) => scene.facts.update(id).replace("PATCH ", "");
    const other = scene.stack.resource(scene.type, "bystander").id;
    scene.stack.emulator.fault({
      method: "GET",
      path: path(scene.id),
      times: ALWAYS,
      fault: { kind: "instead", path: path(other) },
    });
  },
  inactive: async (scene) => {
    await scene.makeOwn();
    scene.stack.emulator.zavu.deactivate(scene.id);
  },
  "inactive, and another has its identity": async (scene) => {
    scene.because = /already has an active sub-account with this externalId/;
    await scene.makeOwn();
    const { id } = scene;
    scene.stack.emulator.zavu.deactivate(id);
    scene.seed();
    scene.id = id;
  },
  archived: async (scene) => {
    scene.because = /it is archived. Run `pulumi refresh`/;
    await scene.makeOwn();
    scene.stack.emulator.bctrl.archive(scene.id);
  },
  "archived, which a GET does not find": async (scene) => {
    scene.because = /it is archived. Run `pulumi refresh`/;
    await scene.makeOwn();
    scene.stack.emulator.bctrl.archive(scene.id);
    scene.stack.emulator.bctrl.switches.getArchived = 404;
  },
  "of a strange status": async (scene) => {
    scene.because = /the status "suspended"/;
    await scene.makeOwn();
    scene.change({ status: "suspended" });
  },
} satisfies Record<string, Arrange>;
