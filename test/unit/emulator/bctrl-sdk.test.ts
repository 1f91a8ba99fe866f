import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Emulator } from "../../../emulator";
import { installSdk, Sdk } from "../../support/bctrl-sdk/sdk.mts";
import { emulate, text } from "./support";

/** The vendor's own client reads what the stand-in answers: the second opinion on shapes, envelopes and codes. */
describe("bctrl's own SDK reads the stand-in", { timeout: 30_000 }, () => {
  let installed: Awaited<ReturnType<typeof installSdk>>;
  let sdk: Sdk;
  let emulator: Emulator;
  beforeAll(async () => {
    installed = await installSdk();
    if ("folder" in installed) sdk = new Sdk(installed.folder);
  }, 300_000);
  afterAll(() => sdk?.close());
  beforeEach(async ({ skip }) => {
    if ("lacks" in installed) skip(installed.lacks);
    emulator = await emulate();
  });

  const call = (name: string, given: Record<string, unknown> = {}, apiKey = emulator.bctrl.apiKey) =>
    sdk.call({ url: emulator.bctrl.url, apiKey }, name, given);
  /** A call that is answered well, with nothing that the SDK's models do not have. */
  const reads = async (...asked: Parameters<typeof call>): Promise<unknown> => {
    const outcome = await call(...asked);
    expect(outcome).toEqual({ value: expect.anything(), flaws: [] });
    return outcome.value;
  };
  const full = {
    name: "Acme Corp",
    external_id: "tenant-acme",
    metadata: { tier: "gold" },
    limits: { maxActiveRuns: 5, maxSpaces: null, monthlyCreditLimit: 20_000.5 },
  };

  it("through an account's life", async () => {
    const created = await reads("subaccounts.create", { ...full, idempotency_key: "once" });
    const id = text(created, "id");
    const { limits, metadata } = full;
    expect(created).toMatchObject({ status: "active", externalId: "tenant-acme", metadata, limits });
    expect(text(await reads("subaccounts.create", { ...full, idempotency_key: "once" }), "id")).toBe(id);
    expect(await reads("subaccounts.get", { subaccount_id: id, include: "usage" })).toMatchObject({
      usage: { subaccountId: id, credits: { used: 0, limit: 20_000.5 } },
    });
    const cleared = { subaccount_id: id, name: "Acme", external_id: null, metadata: null };
    expect(await reads("subaccounts.update", cleared)).toMatchObject({ name: "Acme", externalId: null });
    expect(await reads("subaccounts.archive", { subaccount_id: id })).toMatchObject({ archived: true, id });
    const archived = await reads("subaccounts.list", { status: "archived" });
    expect(archived).toMatchObject({ data: [{ id, status: "archived" }], hasMore: false });
  });

  it("through all pages of the listings", async () => {
    emulator.bctrl.seedMany(5);
    for (const listing of ["subaccounts.list", "subaccounts.usage.list"]) {
      const counts: number[] = [];
      for (let cursor: unknown, more: unknown = true; more; ) {
        const page = (await reads(listing, { limit: 2, ...(cursor ? { cursor } : {}) })) as {
          readonly data: readonly unknown[];
          readonly hasMore: boolean;
          readonly nextCursor?: string;
        };
        counts.push(page.data.length);
        [cursor, more] = [page.nextCursor, page.hasMore];
      }
      expect(counts, listing).toEqual([2, 2, 1]);
    }
  });

  it("through a key's life, the organization's too", async () => {
    const subaccountId = emulator.bctrl.seed().id;
    const request = { name: "backend", subaccount_id: subaccountId, expires_at: "2999-01-01T00:00:00Z" };
    const made = await reads("api_keys.create", { request });
    expect(made).toMatchObject({ data: { type: "subaccount", subaccountId, name: "backend" } });
    expect(emulator.bctrl.keyWorks(text(made, "secret"))).toBe(true);
    await reads("api_keys.create", { request: { name: "own", type: "organization" } });
    const id = text(made, "data", "id");
    const listed = await reads("api_keys.list", { subaccount_id: subaccountId });
    expect(listed).toMatchObject({ data: [{ id, usageCount: 0 }], hasMore: false });
    expect(await reads("api_keys.delete", { key_id: id })).toMatchObject({ deleted: true, id });
    expect(await reads("api_keys.list")).toMatchObject({ data: [{ type: "organization" }] });
  });

  it("where it says whose a key is, and what the organization has used", async () => {
    expect(await reads("auth.whoami")).toMatchObject({ scope: "organization" });
    const { key } = emulator.bctrl.addKey(emulator.bctrl.seed().id);
    expect(await reads("auth.whoami", {}, key)).toMatchObject({ scope: "subaccount" });
    await reads("usage.get");
  });

  describe("where it refuses, as the class of its status and with a code of its list:", () => {
    type Call = Parameters<typeof call>;
    const create: Call = ["subaccounts.create", { name: "Acme" }];
    const listAs = (key: string): Call => ["subaccounts.list", {}, key];
    const switches = () => emulator.bctrl.switches;
    const refused: readonly [error: string, status: number, code: string, call: () => Call][] = [
      ["UnauthorizedError", 401, "auth.invalid", () => listAs("wrong")],
      [
        "ForbiddenError",
        403,
        "subaccounts.access_denied",
        () => listAs(emulator.bctrl.addKey(emulator.bctrl.seed().id).key),
      ],
      ["NotFoundError", 404, "subaccount.not_found", () => ["subaccounts.get", { subaccount_id: "none" }]],
      ["NotFoundError", 404, "api_key.not_found", () => ["api_keys.delete", { key_id: "none" }]],
      ["BadRequestError", 400, "request.invalid", () => ["subaccounts.create", { name: "acme_corp" }]],
      [
        "ConflictError",
        409,
        "subaccount.conflict",
        () => {
          emulator.bctrl.seed({ name: "Acme" });
          switches().duplicateName = 409;
          return create;
        },
      ],
      [
        "PaymentRequiredError",
        402,
        "capability.limit_exceeded",
        () => {
          switches().refuses = { "POST /v1/subaccounts": "capability.limit_exceeded" };
          return create;
        },
      ],
      [
        "TooManyRequestsError",
        429,
        "rate_limited",
        () => {
          Object.assign(switches(), { enforceRateLimit: true, requestsPerMinute: 0 });
          return create;
        },
      ],
      [
        "ApiError",
        500,
        "internal.error",
        () => {
          emulator.fault({ fault: { kind: "status", when: "before", status: 500 } });
          return create;
        },
      ],
    ];
    it.each(refused)("%s, %i %s", async (error, status, code, prepare) => {
      const outcome = await call(...prepare());
      const retryAfter = status === 429 ? expect.stringMatching(/^\d+$/) : null;
      expect(outcome).toMatchObject({ error, status, retryAfter, flaws: [], value: { error: { code } } });
    });

    it("ConflictError, an Idempotency-Key of another request", async () => {
      await reads("subaccounts.create", { name: "Acme", idempotency_key: "once" });
      const outcome = await call("subaccounts.create", { name: "Other", idempotency_key: "once" });
      expect(outcome).toMatchObject({
        error: "ConflictError",
        flaws: [],
        value: { error: { code: "idempotency.mismatch" } },
      });
    });
  });

  it("and is told of a field and of a code that the SDK does not have, which it would let pass", async () => {
    const error = { code: "made.up", message: "No", reasonClass: "conflict", requestId: "1", advice: "" };
    const body = { error };
    emulator.fault({ fault: { kind: "status", when: "before", status: 409, body } });
    expect((await call("subaccounts.create", { name: "Acme" })).flaws).toEqual([
      "ErrorResponse.error.code: 'made.up' is not named by the SDK",
      "ErrorResponse.error.advice: is no field of ErrorResponseError",
    ]);
  });
});
