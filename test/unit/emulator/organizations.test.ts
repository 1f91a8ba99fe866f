import { describe, expect, it } from "vitest";
import { client, dig, emulate, newest } from "./support";

describe("The two organizations of an emulator", () => {
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
