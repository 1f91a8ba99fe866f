import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bolnaSubAccount } from "../../../provider/bolna/sub-account";
import { problemsOf, UNKNOWN } from "../../../provider/core/contract/check";
import { zavuApiKey } from "../../../provider/zavu/api-key";
import { zavuSubAccount } from "../../../provider/zavu/sub-account";

const texts = (problems: { path: string; rule: string }[]) =>
  problems.map(({ path, rule }) => `${path} ${rule}`);
const zavu = (news: object, olds?: object) =>
  texts(problemsOf(zavuSubAccount, { ...news }, olds && { ...olds }));
const bolna = (news: object, olds?: object) =>
  texts(problemsOf(bolnaSubAccount, { ...news }, olds && { ...olds }));
const voice = { name: "Acme", allowConcurrentCalls: 1, deletionPolicy: "retain" };
const database = { host: "h", port: 5432, name: "n", user: "u", password: "canary-password" };

describe("arguments", () => {
  it("are right when they are minimal, full, null where null means something, or unknown", () => {
    expect(zavu({ name: "Acme" })).toEqual([]);
    expect(zavu({ name: "Acme", creditLimit: null })).toEqual([]);
    expect(zavu({ name: UNKNOWN, creditLimit: UNKNOWN, metadata: { a: UNKNOWN }, status: UNKNOWN })).toEqual(
      [],
    );
    expect(bolna({ ...voice, multiTenant: true, database })).toEqual([]);
    expect(
      bolna({
        ...voice,
        allowConcurrentCalls: UNKNOWN,
        multiTenant: true,
        database: { ...database, port: UNKNOWN },
      }),
    ).toEqual([]);
  });

  it("are all reported at once, with path, rule and the kind of value", () => {
    expect(zavu({ creditLimit: "50", status: "paused", metadata: [], exteralId: "x" })).toEqual([
      "name is required: a string of 1 to 200 characters, not blank",
      "creditLimit must be a whole number of cents greater than 0, or null for no cap (Zavu reads 0 as no cap, so 0 is refused); got a string; write the number without quotes, or read it with config.requireNumber",
      "metadata must be an object of JSON values; got a list",
      'status must be "active" or "inactive"; got "paused"',
      "exteralId is no argument: did you mean externalId? The arguments are name, externalId, creditLimit, unlimited, metadata, status, ownKey, deletionPolicy, adopt, connection",
    ]);
  });

  it.each<[object, RegExp]>([
    [{ creditLimit: "5_000" }, /got a string; write whole cents alone, as 5000 for 50\.00$/],
    [{ creditLimit: "50.00" }, /got a string; write whole cents alone, as 5000 for 50\.00$/],
    [{ creditLimit: "unlimited" }, /got a string; write null, or name it in `unlimited`$/],
    [{ creditLimit: "None" }, /got a string; write null, or name it in `unlimited`$/],
    [{ unlimited: "creditLimit" }, /got a string; write it as a list, in \[ \]$/],
    [{ limits: { maxActiveRuns: 5 } }, /^limits is no argument\. The arguments are /],
    [{ creditLimit: "many" }, /got a string$/],
    [{ creditLimit: 2 ** 53 + 2 }, /^creditLimit must be .*; got a number beyond 2\^53 - 1$/],
    [{ name: "x".repeat(300) }, /^name must be .*; got a string of 300 characters$/],
    [{ status: "inactiv" }, /got "inactiv": did you mean "inactive"\?$/],
    [{ status: "sk live 0123456789abcdef" }, /got another string$/],
  ])("say what to write instead: %j", (args, message) => {
    expect(zavu({ name: "Acme", ...args })[0]).toMatch(message);
  });

  it.each([
    [0, "zero"],
    [-1, "a negative number"],
    [1.5, "a fraction"],
    [Number.MAX_VALUE, "a number beyond 2^53 - 1"],
  ])("refuse a credit limit of %d", (creditLimit, kind) => {
    expect(zavu({ name: "Acme", creditLimit }).join()).toMatch(
      new RegExp(`^creditLimit must be .*; got ${kind.replace("^", "\\^")}$`),
    );
  });

  it("refuse Pulumi's explanation of an output that was put into a template literal", () => {
    const name = `x ${"Calling [toString] on an [Output<T>] is not supported. To get the value..."}`;
    expect(zavu({ name })).toContain(
      "name holds an output that was put into a template literal or joined with +; use pulumi.interpolate",
    );
  });

  it("name the element of a list that is wrong", () => {
    const problems = problemsOf(zavuApiKey, { subAccountId: "a", name: "b", permissions: ["x", 1, " "] });
    expect(texts(problems)).toEqual([
      "permissions.1 must be a string that is not blank; got a number; put it in quotes",
      "permissions.2 must be a string that is not blank; got a blank string",
    ]);
  });

  it("refuse the reserved metadata key", () => {
    expect(zavu({ name: "Acme", metadata: { "pulumi-subaccounts": {}, n: Number.NaN } })).toEqual([
      "metadata.pulumi-subaccounts is reserved for the ownership marker; rename the key",
      "metadata.n must be a JSON value; got no finite number",
    ]);
  });

  it("keep a database's values out of every message", () => {
    const wrong = {
      host: 1,
      port: "canary-port",
      name: "",
      user: "u",
      password: ["canary-password"],
      pasword: "canary",
    };
    const problems = bolna({ ...voice, multiTenant: true, database: wrong });
    expect(problems).toHaveLength(5);
    expect(problems.join()).not.toContain("canary");
    expect(problems).toContain("database.port must be a port number from 1 to 65535; got a string");
  });

  it("need multiTenant for a database", () => {
    for (const multiTenant of [false, undefined]) {
      expect(bolna({ ...voice, multiTenant, database })).toEqual(["database needs multiTenant: true"]);
    }
    expect(bolna({ ...voice, multiTenant: UNKNOWN, database })).toEqual([]);
    expect(bolna({ ...voice, multiTenant: false }, voice)).toEqual([]);
  });

  it("require a deletion policy at Bolna, and say what delete does", () => {
    expect(bolna({ name: "Acme", allowConcurrentCalls: 1 })).toEqual([
      'deletionPolicy is required: "delete" (the account, its agents, batches and executions are erased for ever, and perhaps its recordings and phone numbers, on which Bolna\'s own sources disagree) or "retain" (the account is left as it is)',
    ]);
  });

  it("cannot lose a Zavu externalId, change what Bolna cannot change, or adopt another account later", () => {
    expect(zavu({ name: "Acme" }, { name: "Acme", externalId: "x" })).toEqual([
      "externalId cannot be taken out: Zavu has no way to clear it. Put it back, or give it another value",
    ]);
    expect(zavu({ name: "Acme", adopt: "b" }, { name: "Acme", adopt: "a" })).toEqual([
      "adopt names another account than the one that this resource manages. Take the line out, or declare a new resource for the other account",
    ]);
    expect(bolna({ ...voice, multiTenant: true }, voice)).toHaveLength(1);
    expect(
      bolna(
        { ...voice, database: { ...database, host: "other" }, multiTenant: true },
        { ...voice, multiTenant: true, database },
      )[0],
    ).toMatch(/^database cannot be changed: Bolna has no way to, and an account is never replaced/);
  });

  it("never crash the check, whatever they are", () => {
    const anything = fc.dictionary(
      fc.constantFrom("name", "creditLimit", "metadata", "status", "database", "adopt", "permissions", "x"),
      fc.jsonValue(),
    );
    fc.assert(
      fc.property(
        anything,
        anything,
        fc.constantFrom(zavuSubAccount, bolnaSubAccount, zavuApiKey),
        (news, olds, resource) => {
          for (const { path, rule } of problemsOf(resource as never, news, olds)) {
            expect(typeof path).toBe("string");
            expect(rule).not.toBe("");
          }
        },
      ),
    );
  });
});
