import { type Scene, unreadable } from "./relations.scene";

type Arrange = (scene: Scene) => unknown;

/** Whose an account is that the state does not have. */
export const found = {
  "mine, unsaved": async (scene) => {
    await scene.makeOwn();
    scene.forget();
  },
  "mine, unsaved, of a former name with an alias": async (scene) => {
    await scene.stack.up(scene.type, scene.args, { name: "former" });
    scene.id = scene.stack.resource(scene.type, "former").id;
    scene.forget("former");
    scene.aliases = ["former"];
  },
  "mine, unsaved, twice": async (scene) => {
    scene.because = /two active sub-accounts of this customer/;
    await scene.makeOwn();
    scene.seed({ ...scene.args, metadata: scene.shown()?.metadata });
    scene.forget();
  },
  "mine, another customer in id and name": async (scene) => {
    scene.because = /has another externalId than the code declares/;
    await scene.makeOwn(scene.facts.others);
    scene.forget();
  },
  "mine, another customer in the id": async (scene) => {
    scene.because = /(the marker of this resource and|has) another externalId/;
    await scene.makeOwn({ ...scene.args, externalId: "beta" });
    scene.forget();
  },
  "claimed by another resource": async (scene) => {
    scene.because =
      /of another resource|another resource of this program has it|names? .*resource "beta"|stack, \S+::beta/;
    const { externalId: _, ...args } = scene.args;
    scene.args = args;
    await scene.stack.up(scene.type, args, { name: "beta" });
    scene.id = scene.stack.resource(scene.type, "beta").id;
    scene.sameRun = () => scene.stack.up(scene.type, args, { name: "beta" });
  },
  unreadable: (scene) => {
    scene.because = /a marker that this version cannot read/;
    return scene.seed({ ...scene.args, ...unreadable });
  },
  "unreadable, of another customer": (scene) => {
    scene.because = /has another externalId than the code declares/;
    return scene.seed({ ...scene.facts.others, ...unreadable });
  },
  "of a former name": (scene) => {
    scene.because = /aliases: \["\S+::former"\]/;
    return former(scene, scene.args);
  },
  "of a former name, and of another customer": (scene) => {
    scene.because = /has another externalId than the code declares/;
    return former(scene, scene.facts.others);
  },
  "of a resource that is declared": async (scene) => {
    scene.because = /belongs to .*::former/;
    await former(scene, scene.args);
    scene.sameRun = () => scene.stack.preview(scene.type, scene.facts.others, { name: "former" });
  },
  "of another stack": (scene) => {
    scene.because = /of another stack or state \(owner owner-of-another-stack\)\.|whose it is cannot be told/;
    return another(scene, scene.args);
  },
  "of the same fleet": (scene) => {
    scene.because = /\(owner owner-of-another-stack, fleet fleet-of-tenants\)/;
    scene.inFleet();
    return another(scene, scene.args);
  },
  "of the same fleet, in a run that recovers it": (scene) => {
    scene.recover();
    return another(scene, scene.args);
  },
  "of the same fleet, of a former name with an alias, in a run that recovers it": async (scene) => {
    scene.recover();
    await another(scene, scene.args, "former");
    scene.aliases = ["former"];
  },
  "of the same fleet, of a former name, in a run that recovers it": (scene) => {
    scene.because = /which this run does not declare.*aliases: \["\S+::former"\]/;
    scene.recover();
    return another(scene, scene.args, "former");
  },
  "of the same fleet, another customer in the id, in a run that recovers it": (scene) => {
    scene.because = /(the marker of this resource and|has) another externalId/;
    scene.recover();
    return another(scene, { ...scene.args, externalId: "beta" });
  },
  "of the same fleet and of another customer, in a run that recovers it": (scene) => {
    scene.because = /has another externalId than the code declares/;
    scene.recover();
    return another(scene, scene.facts.others);
  },
  "of another fleet, in a run that recovers its own": (scene) => {
    scene.because = /owner-of-another-stack, fleet fleet-of-somebody\)/;
    scene.recover();
    return another(scene, scene.args, "acme", { "subaccounts:fleet": "fleet-of-somebody" });
  },
  "of no fleet, in a run that recovers its own": (scene) => {
    scene.because = /owner-of-another-stack\)|whose it is cannot be told/;
    scene.recover();
    return another(scene, scene.args, "acme", {});
  },
  "inactive, of the same fleet and declared so, in a run that recovers it": (scene) => {
    scene.recover();
    scene.args = { ...scene.args, status: "inactive" };
    return another(scene, scene.args);
  },
  "of another stack and customer": (scene) => {
    scene.because = /has another (externalId|name) than the code declares/;
    return another(scene, scene.facts.others);
  },
  unmarked: (scene) => {
    scene.because = /carries no marker.*add {2}adopt:/;
    return scene.seed();
  },
  "unmarked, without externalIds, called nearly so": (scene) => {
    scene.because = /\(by its name\).*carries no marker.*add {2}adopt:/;
    scene.args = { name: "Acme Café" };
    scene.seed({ name: "ACME  cafe\u0301" });
  },
  "unmarked, of another externalId": (scene) => {
    scene.because = /has another externalId than the code declares/;
    return scene.seed({ ...scene.args, externalId: "crm-7" });
  },
  "unmarked, called nearly so": (scene) => {
    scene.because = /\(by its name\).*add {2}adopt:/;
    return scene.seed({ ...scene.args, name: "ACME" });
  },
  gone: (scene) => {
    scene.because = /has no sub-account \S+ that adopt could take over/;
    scene.seed(scene.facts.others);
    scene.stack.emulator[scene.vendor].remove(scene.id);
  },
  "elsewhere, by what another state tells": async (scene) => {
    scene.because =
      /this parent key is of the organization \S+, and the sub-account \S+ of this stack is of \S+\./;
    await scene.stack.up(scene.type, scene.facts.others, { name: "bystander" });
    scene.useOtherOrganization();
    scene.id = scene.stack.emulator.other[scene.vendor].seed({ name: "Gamma" }).id;
    scene.sameRun = () => scene.stack.preview(scene.type, scene.facts.others, { name: "bystander" });
  },
  "beside a list that has no end": (scene) => {
    scene.because = /cannot be told.*listing of the accounts is incomplete/;
    scene.seed();
    scene.repeatCursor();
  },
  inactive: (scene) => {
    scene.seed();
    scene.stack.emulator.zavu.deactivate(scene.id);
  },
  "inactive, with a key that works": (scene) => {
    scene.because = /\(status "inactive"\) of this customer/;
    return scene.seed({ ...scene.args, status: "inactive" });
  },
  "inactive, mine, and declared so": async (scene) => {
    scene.args = { ...scene.args, status: "inactive" };
    await scene.makeOwn();
    scene.forget();
  },
  "inactive, and another has its identity": (scene) => {
    scene.because = /already has an active sub-account/;
    const other = scene.seed();
    scene.seed();
    scene.stack.emulator.zavu.deactivate(scene.id);
    scene.rival = other;
  },
  archived: (scene) => {
    scene.because = /the status "archived"/;
    return scene.seed({ ...scene.args, status: "archived" });
  },
  "of a strange status": (scene) => {
    scene.because = /status "suspended"/;
    return scene.seed({ ...scene.args, status: "suspended" });
  },
  "of a strange status, mine, another customer": async (scene) => {
    scene.because = /status "suspended"/;
    await scene.makeOwn(scene.facts.others);
    scene.change({ status: "suspended" });
    scene.forget();
  },
  "of a strange status and another customer": (scene) => {
    scene.because = /the status "suspended"/;
    return scene.seed({ ...scene.facts.others, status: "suspended" });
  },
} satisfies Record<string, Arrange>;

async function former(scene: Scene, args: Scene["args"]): Promise<void> {
  await scene.stack.up(scene.type, args, { name: "former" });
  scene.id = scene.stack.resource(scene.type, "former").id;
  scene.forget("former");
}

async function another(
  scene: Scene,
  args: Scene["args"],
  name = "acme",
  config = scene.stack.config,
): Promise<void> {
  const other = scene.stack.beside();
  other.config = config;
  delete other.env["SUBACCOUNTS_RECOVER"];
  await other.up(scene.type, args, { name });
  scene.id = other.resource(scene.type, name).id;
}
