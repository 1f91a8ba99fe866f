import { describe, expect, it } from "vitest";
import { client, dig, emulate, newest } from "./support";

const routes = {
  zavu: { list: "/v1/sub-accounts", create: "/v1/sub-accounts", body: {}, items: ["items"] },
  bctrl: { list: "/v1/subaccounts", create: "/v1/subaccounts", body: {}, items: ["data"] },
  bolna: {
    list: "/sub-accounts/all",
    create: "/sub-accounts/create",
    body: { allow_concurrent_calls: 1 },
    items: [],
  },
} as const;

describe("The two organizations of an emulator", () => {
  it.each(["zavu", "bctrl", "bolna"] as const)(
    "have accounts of their own at %s, told by key",
    async (name) => {
      const emulator = await emulate();
      const { list, create, body, items } = routes[name];
      const [own, other] = [emulator[name], emulator.other[name]];
      expect(other.url).toBe(own.url);
      expect(other.apiKey).not.toBe(own.apiKey);
      const send = client(own);
      const swapped = client(own, other.apiKey);

      await send("POST", create, { ...body, name: "A" });
      const listed = async (sender: typeof send) => dig((await sender("GET", list)).body, ...items);
      expect(await listed(send)).toMatchObject([{ name: "A" }]);
      expect(await listed(swapped)).toEqual([]);
      await swapped("POST", create, { ...body, name: "B" });
      expect(await listed(swapped)).toMatchObject([{ name: "B" }]);
      expect(own.accounts()).toMatchObject([{ name: "A" }]);
      expect(other.accounts()).toMatchObject([{ name: "B" }]);
      expect(emulator.requests).toHaveLength(5);
    },
  );

  it("have keys and switches of their own", async () => {
    const { zavu, other } = await emulate({ zavu: { emptyPatch: 400, teamId: "t1" } });
    expect(other.zavu.switches).toMatchObject({ emptyPatch: 400, teamId: "jt7emulator0002" });
    const { id, apiKey } = other.zavu.seed();
    const { body } = await client(zavu, apiKey)("GET", "/v1/me");
    expect(body).toMatchObject({ project: { id }, team: { id: "jt7emulator0002" } });
    expect(zavu.keyWorks(apiKey)).toBe(false);
    zavu.switches.inactiveInList = false;
    expect(other.zavu.switches.inactiveInList).toBe(true);
  });
});

describe("Who an organization is", () => {
  it("Zavu tells by the team and the project of a key: teamId, projectId, testMode and teamShown", async () => {
    const { zavu, other } = await emulate();
    const me = async (key: string) => (await client(zavu, key)("GET", "/v1/me")).body;
    const own = await me(zavu.apiKey);
    expect(own).toMatchObject({ team: { id: "jt7emulator0001" }, project: { isSubAccount: false } });
    expect(dig(await me(other.zavu.apiKey), "team", "id")).toBe("jt7emulator0002");
    expect(dig(await me(other.zavu.apiKey), "project", "id")).not.toBe(dig(own, "project", "id"));

    Object.assign(zavu.switches, { teamId: "t9", projectId: "p9", testMode: true });
    expect(await me(zavu.apiKey)).toMatchObject({
      team: { id: "t9" },
      project: { id: "p9" },
      isTestMode: true,
    });
    zavu.switches.teamShown = false;
    expect(Object.keys(Object(await me(zavu.apiKey)))).toEqual(["project", "isTestMode", "apiKey"]);
  });

  it("bctrl tells by organizationId, in every version", async () => {
    const { bctrl, other } = await emulate();
    const who = async (send: typeof client, key?: string) =>
      dig((await send(bctrl, key)("GET", "/v1/auth/whoami")).body, "organizationId");
    expect(await who(client)).toBe("org_emulated0organization");
    expect(await who(newest, other.bctrl.apiKey)).toBe("org_emulated0other");
    bctrl.switches.organizationId = "org_9";
    expect(await who(client)).toBe("org_9");
    expect(dig((await newest(bctrl)("GET", "/v1/usage")).body, "organizationId")).toBe("org_9");
  });

  it("Bolna tells by its accounts alone: organizationId; GET /user/me names a person", async () => {
    const { bolna, other } = await emulate({ bolna: { organizationId: "b1", concurrencyPool: 7 } });
    bolna.seed();
    other.bolna.seed();
    const send = client(bolna);
    const body = { name: "A", allow_concurrent_calls: 1 };
    expect((await send("POST", "/sub-accounts/create", body)).body).toMatchObject({ organization_id: "b1" });
    expect((await send("GET", "/sub-accounts/all")).body).toMatchObject([
      { organization_id: "b1" },
      { organization_id: "b1" },
    ]);
    const swapped = client(bolna, other.bolna.apiKey);
    const otherId = other.bolna.switches.organizationId;
    expect(otherId).not.toBe("b1");
    expect((await swapped("GET", "/sub-accounts/all")).body).toMatchObject([{ organization_id: otherId }]);

    bolna.switches.enterprise = false;
    const me = await send("GET", "/user/me");
    expect(Object.keys(Object(me.body))).toEqual(["id", "name", "email", "wallet", "concurrency"]);
    expect(me.body).toMatchObject({ concurrency: { max: 7, current: 0 } });
    expect((await client(bolna, "none")("GET", "/user/me")).status).toBe(403);
  });
});
