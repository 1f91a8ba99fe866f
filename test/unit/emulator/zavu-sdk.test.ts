import {
  APIError,
  AuthenticationError,
  BadRequestError,
  ConflictError,
  InternalServerError,
  NotFoundError,
  PermissionDeniedError,
  RateLimitError,
  Zavudev,
} from "@zavudev/sdk";
import { describe, expect, it } from "vitest";
import type { Emulator } from "../../../emulator";
import { type Typed, typeProblems } from "../../support/typed-replies.mts";
import { emulate } from "./support";

/** The SDK at the stand-in. Each call is made once: what is retried is no matter here. */
const client = (zavu: { readonly url: string; readonly apiKey: string }, apiKey = zavu.apiKey) =>
  new Zavudev({ baseURL: zavu.url, apiKey, maxRetries: 0, logLevel: "off" });

/** The vendor's own client reads what the stand-in answers: the second opinion on shapes, envelopes and errors. */
describe("Zavu's own SDK reads the stand-in", () => {
  it("in every reply of an account and its keys, which are of the SDK's types to the letter", {
    timeout: 30_000,
  }, async () => {
    const { zavu } = await emulate();
    const sdk = client(zavu);
    const replies: Typed[] = [];
    const typed = async <T>(type: string, call: PromiseLike<T>): Promise<T> => {
      const value = await call;
      replies.push({ type, value });
      return value;
    };
    const { subAccounts } = sdk;
    const full = { name: "Acme", externalId: "tenant-acme", creditLimit: 5000, metadata: { tier: "gold" } };

    const { subAccount } = await typed("Zavudev.SubAccountCreateResponse", subAccounts.create(full));
    const { id, apiKey = "" } = subAccount;
    expect(subAccount).toMatchObject({ ...full, status: "active", totalSpent: 0 });
    expect(zavu.keyWorks(apiKey)).toBe(true);
    await typed("Zavudev.SubAccountCreateResponse", subAccounts.create({ name: "Least" }));
    await typed("Zavudev.SubAccountRetrieveResponse", subAccounts.retrieve(id));
    const changes = { name: "Acme 2", creditLimit: null, status: "inactive", metadata: {} } as const;
    const updated = await typed("Zavudev.SubAccountUpdateResponse", subAccounts.update(id, changes));
    expect(updated.subAccount).toMatchObject(changes);
    await typed("Zavudev.SubAccountUpdateResponse", subAccounts.update(id, { status: "active" }));
    await typed("Zavudev.SubAccountGetBalanceResponse", subAccounts.getBalance(id));
    await typed("Zavudev.BalanceRetrieveResponse", sdk.balance.retrieve());
    await typed("Zavudev.MeRetrieveResponse", sdk.me.retrieve());
    await typed("Zavudev.MeRetrieveResponse", client(zavu, apiKey).me.retrieve());

    const { apiKeys } = subAccounts;
    const made = await typed(
      "Zavudev.SubAccounts.APIKeyCreateResponse",
      apiKeys.create(id, { name: "backend", environment: "test", permissions: ["messages:send"] }),
    );
    expect(zavu.accountOfKey(made.apiKey.key)).toBe(id);
    await apiKeys.revoke(made.apiKey.id, { id });
    const { items } = await typed("Zavudev.SubAccounts.APIKeyListResponse", apiKeys.list(id));
    expect(items.find((key) => key.id === made.apiKey.id)?.revokedAt).toBeTypeOf("number");

    zavu.seedMany(5);
    const pages: number[] = [];
    for await (const page of (await subAccounts.list({ limit: 3 })).iterPages()) {
      pages.push(page.items.length);
      for (const item of page.items) await typed("Zavudev.SubAccount", Promise.resolve(item));
    }
    expect(pages).toEqual([3, 3, 1]);

    const gone = await typed("Zavudev.SubAccountDeactivateResponse", subAccounts.deactivate(id));
    expect(gone.keysRevoked).toBe(1);
    expect(typeProblems('import type { Zavudev } from "@zavudev/sdk";', replies)).toEqual([]);
  });

  type Refused = readonly [
    error: new (...args: never[]) => APIError,
    status: number,
    code: string,
    provoke: (emulator: Emulator) => PromiseLike<unknown>,
  ];
  const refused: readonly Refused[] = [
    [AuthenticationError, 401, "unauthorized", ({ zavu }) => client(zavu, "zv_live_no").subAccounts.list()],
    [
      PermissionDeniedError,
      403,
      "forbidden",
      ({ zavu }) => client(zavu, zavu.seed().apiKey).subAccounts.list(),
    ],
    [NotFoundError, 404, "not_found", ({ zavu }) => client(zavu).subAccounts.retrieve("none")],
    [BadRequestError, 400, "invalid_request", ({ zavu }) => client(zavu).subAccounts.create({ name: "" })],
    [
      ConflictError,
      409,
      "conflict",
      ({ zavu }) => {
        zavu.seed({ externalId: "tenant-acme" });
        zavu.switches.duplicateExternalId = 409;
        return client(zavu).subAccounts.create({ name: "Acme", externalId: "tenant-acme" });
      },
    ],
    [
      APIError,
      402,
      "paid_plan_required",
      ({ zavu }) => {
        zavu.switches.refuses = { "POST /v1/sub-accounts": "paid_plan_required" };
        return client(zavu).subAccounts.create({ name: "Acme" });
      },
    ],
    [
      RateLimitError,
      429,
      "rate_limited",
      ({ zavu }) => {
        Object.assign(zavu.switches, { enforceRateLimit: true, requestsPerMinute: 0 });
        return client(zavu).subAccounts.list();
      },
    ],
    [
      InternalServerError,
      500,
      "internal_error",
      (emulator) => {
        emulator.fault({ fault: { kind: "status", when: "before", status: 500 } });
        return client(emulator.zavu).subAccounts.list();
      },
    ],
  ];

  it.each(refused.map((row) => ({ name: row[0].name, status: row[1], code: row[2], row })))(
    "where it refuses, as $name with status and code: $status $code",
    async ({ status, code, row: [type, , , provoke] }) => {
      const emulator = await emulate();
      const error = await Promise.resolve(provoke(emulator)).catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(type);
      const { error: body, headers, message, ...rest } = error as APIError & { error: { message: string } };
      expect(rest).toMatchObject({ status });
      expect(body).toMatchObject({ code });
      // The SDK takes its text from the envelope: nested, it would be JSON.
      expect(message).toBe(`${status} ${body.message}`);
      expect(headers?.get("retry-after")).toEqual(status === 429 ? expect.stringMatching(/^\d+$/) : null);
    },
  );
});
