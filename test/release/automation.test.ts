import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type BackEnd, openBackEnd } from "../e2e/back-end";

const FIVE = ["acme", "globex", "hooli", "initech", "umbrella"];

describe("the back end of examples/automation, killed in the middle of five sign-ups", () => {
  let backEnd: BackEnd;
  beforeAll(async () => {
    backEnd = await openBackEnd();
  });
  afterAll(() => backEnd?.close());

  it("makes each customer once when the same requests come again, and ends none", async () => {
    const first = Promise.allSettled(FIVE.map((id) => backEnd.signUp(id)));
    const creates = () =>
      backEnd.emulator.requests.filter(({ method, path }) => method === "POST" && /accounts$/.test(path));
    await expect.poll(() => creates().length, { timeout: 120_000, interval: 20 }).toBeGreaterThan(2);
    await backEnd.killAndStart();
    await first;

    const again = await Promise.all(FIVE.map((id) => backEnd.signUp(id)));
    const locked = FIVE.filter((_, index) => again[index]?.status === 409);
    expect(locked.length).toBeGreaterThan(0);
    expect(again.filter(({ status }) => status === 200)).toHaveLength(FIVE.length - locked.length);
    for (const id of locked) {
      expect(await backEnd.call("POST", `/${id}/unlock`)).toMatchObject({ status: 200 });
      expect(await backEnd.signUp(id)).toMatchObject({ status: 200 });
    }
    const accounts = backEnd.accounts().map(({ externalId, status }) => `${externalId} ${status}`);
    expect(accounts.sort()).toEqual([...FIVE, ...FIVE].map((id) => `${id} active`).sort());
    expect(backEnd.emulator.requests.filter(({ method }) => method === "DELETE")).toEqual([]);
  });
});
