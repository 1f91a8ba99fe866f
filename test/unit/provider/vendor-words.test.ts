import { describe, expect, it } from "vitest";
import { Redactor } from "../../../provider/core/base/redact";
import { requestIdOf, vendorCode, vendorWords } from "../../../provider/core/vendor-io/vendor-words";
import { ENCODINGS } from "../../support/encodings";

const SECRETS = ["Kan\"arie<7>&'\\Vögel+ x9", "zv_live_sub_c4n4ry0123456789abcdef", "kanarienvogel"];

function redactor(): Redactor {
  const made = new Redactor();
  made.add([...SECRETS, "bolna", "quota-exceeded-vogelhaus-im-mai"]);
  return made;
}
const shown = (text: string) => vendorWords(text, redactor());

describe("a vendor's words are shown", () => {
  it.each([
    '"name" is already taken',
    "Concurrency limit exceeded",
    "Validation failed: limits.maxActiveRuns must be between 1 and 200",
    "creditLimit: must be an integer; metadata.plan: too long (maximum 200 characters)",
    "You've exceeded your plan's rate limit of 600 requests/minute. See https://docs.zavu.dev/concepts/rate-limiting",
    "The organization isn't allowed to create sub-accounts (Enterprise only).",
    "allowConcurrentCalls: 50 asked, 15 available",
    "Insufficient funds: balance 12.50 USD, 80% used, retry in 30s",
    "Unrecognized access token",
    "upstream connect error or disconnect/reset before headers. reset reason: overflow",
    "password authentication failed for user",
  ])("as they are, where they are made of plain words: %s", (text) => {
    expect(shown(text)).toBe(text);
  });

  it.each([
    ['externalId "tenant-acme" already exists', 'externalId "…" already exists'],
    ["Invalid value Müller & Söhne GmbH Berlin.", "Invalid value …."],
    ["Cannot connect to db.internal:5432 as bolna", "Cannot connect to … as …"],
    ["the quota-limit of this customer", "the … of this customer"],
    ["the quota exceeded by this customer", "the … exceeded by this customer"],
    ["see account 1234567890 or +49 30 1234", "see account … or …"],
    ['no route to "acme-db" (10.0.0.3), port 5432', "no route to …, port 5432"],
    ["at 1 2 3 4 it failed", "at … it failed"],
    ["between Kanarie and Vogel there is no limit", "between … and … there is no limit"],
  ])("without names, ids and long numbers: %s", (text, less) => {
    expect(shown(text)).toBe(less);
  });

  it.each(["", "Ungültiger Schlüssel", "Kanarien-Vogel?", "xkcd-1234", "1 2 3", "…"])(
    "not at all, where too little is left: %j",
    (text) => {
      expect(shown(text)).toBeUndefined();
    },
  );

  it("no further than a message is long, however long the text is", () => {
    expect(shown("limit ".repeat(100_000))?.length).toBeLessThan(1_001);
  });
});

describe("a secret that a vendor repeats is not shown", () => {
  const cases = Object.entries(ENCODINGS).flatMap(([name, encode]) =>
    SECRETS.map((secret) => [name, secret, encode(secret)] as const),
  );

  it.each(cases)("(%s) of %s", (_name, secret, encoded) => {
    for (const text of [`The value ${encoded} of "name" is not allowed`, encoded, `{"error":"${encoded}"}`]) {
      const said = (shown(text) ?? "").toLowerCase();
      for (const form of [secret, encoded].map((each) => each.toLowerCase())) {
        for (let at = 0; at + 5 <= form.length; at++) expect(said).not.toContain(form.slice(at, at + 5));
      }
    }
  });

  it.each(cases)("(%s) as a code or a request id: %s", (_name, _secret, encoded) => {
    expect(vendorCode(encoded, redactor())).toBeUndefined();
    expect(requestIdOf(encoded, redactor())).toBeUndefined();
  });

  it.each(["kanarienvogel", "kanarienvogel!!!"])("in hex as a UUID or an id: %s", (secret) => {
    const hex = Buffer.from(secret.padEnd(16, "!")).toString("hex");
    const uuid = hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
    expect(requestIdOf(uuid, redactor())).toBeUndefined();
    expect(requestIdOf(hex, redactor())).toBeUndefined();
    expect(requestIdOf("3f1c0a52-7d0e-4b8a-9c55-0e5a1b2c3d4e", redactor())).toBeDefined();
  });
});

describe("codes and request ids", () => {
  it.each([
    "subaccount.not_found",
    "invalid_request",
    "VALIDATION_ERROR",
    "idempotency.finalization_uncertain",
    "1001",
  ])("are shown where they look like one: %s", (code) => {
    expect(vendorCode(code, redactor())).toBe(code);
  });

  it.each(["req_0123456789abcdef", "8f14e45fceea167a-FRA", "01ARZ3NDEKTSV4RRFFQ69G5FAV"])(
    "are shown where they look like one: %s",
    (id) => {
      expect(requestIdOf(id, redactor())).toBe(id);
    },
  );

  it("are not shown where one is a key without its signs", () => {
    expect(requestIdOf("req_zvlivesubc4n4ry0123456789", redactor())).toBeUndefined();
  });

  it.each(["r1", "req_", "a sentence", "bn-e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0e0", "x".repeat(64)])(
    "of another shape are not shown: %s",
    (id) => {
      expect(requestIdOf(id, redactor())).toBeUndefined();
    },
  );
});
