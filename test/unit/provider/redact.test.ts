import { describe, expect, it } from "vitest";
import { bolna } from "../../../provider/bolna/client";
import { Redactor } from "../../../provider/core/base/redact";
import { zavu } from "../../../provider/zavu/client";
import { ENCODINGS } from "../../support/encodings";

describe("redaction", () => {
  it("takes out every secret it was told of, at any depth", () => {
    const redactor = new Redactor();
    redactor.add({ database: { password: "hunter2!", host: "db.internal" } });
    expect(redactor.clean('no route to db.internal with "hunter2!"')).toBe(
      'no route to [secret] with "[secret]"',
    );
  });

  it("takes out what looks like a vendor's key although nobody named it", () => {
    const redactor = new Redactor();
    for (const { keyShape } of [zavu, bolna]) if (keyShape) redactor.addShape(keyShape);
    const text = "key zv_live_sub_abc123 or sa-0123456789abcdef0123456789abcdef or Bearer abc.def is bad";
    expect(redactor.clean(text)).toBe("key [secret] or [secret] or [secret] is bad");
  });

  it("takes out a secret that a vendor repeats as it was sent, in JSON or in a URL", () => {
    const redactor = new Redactor();
    redactor.add('pass"wo\\rd/');
    for (const text of ['{"p":"pass\\"wo\\\\rd/"}', "?p=pass%22wo%5Crd%2F"]) {
      expect(redactor.clean(text)).not.toMatch(/pass/);
    }
  });

  it("takes out the whole of a secret that begins with another one", () => {
    const redactor = new Redactor();
    redactor.add(["acme-corp", "acme-corp-Pa55word"]);
    expect(redactor.clean("no acme-corp-Pa55word for acme-corp")).toBe("no [secret] for [secret]");
  });

  it("takes out a short secret as a whole quoted value alone, since a database user may be called like a vendor", () => {
    const redactor = new Redactor();
    redactor.add({ database: { user: "bolna", password: "hunter2" } });
    expect(redactor.clean("bolna has no place for a marker")).toBe("bolna has no place for a marker");
    expect(redactor.clean(`user "bolna", password 'hunter2', {\\"db_user\\":\\"bolna\\"}`)).toBe(
      `user "[secret]", password '[secret]', {\\"db_user\\":\\"[secret]\\"}`,
    );
  });

  it("leaves short values alone, which would blank out innocent words", () => {
    const redactor = new Redactor();
    redactor.add(["app", ""]);
    expect(redactor.clean("the app failed")).toBe("the app failed");
  });

  it.each(Object.entries(ENCODINGS).slice(0, 21))(
    "takes out a secret that stands there as %s",
    (_name, encode) => {
      for (const secret of ["Kan\"arie<7>&'\\Vögel+ x9", "zv_live_sub_c4n4ry0123456789abcdef"]) {
        const redactor = new Redactor();
        redactor.add(secret);
        const encoded = encode(secret);
        const clean = redactor.clean(`account ${encoded} of "Acme"`);
        if (encoded.length < secret.length / 2) continue;
        expect(clean).toContain("[secret]");
        expect(clean.replaceAll("[secret]", "")).toMatch(/^account (?:[\\"]|&quot;)* of "Acme"$/);
      }
    },
  );

  it("leaves what only begins like a secret, and plain words that are a half of one", () => {
    const redactor = new Redactor();
    redactor.add(["tenant-acme", "db.internal", "subaccounts-prod", "db-production"]);
    const text = "tenant-abel and tenant-acorn of production: set subaccounts:zavuApiKey";
    expect(redactor.clean(text)).toBe(text);
  });

  it("finds a secret wherever it stands in a long text, in every form that it finds in a short one", () => {
    const secret = "zq7-Correct-Horse-4451-Battery-Staple";
    const redactor = new Redactor();
    redactor.add(secret);
    const words = "an innocent word, ".repeat(4_000);
    expect(redactor.isIn(words)).toBe(false);
    const forms = Object.values(ENCODINGS)
      .map((encoded) => encoded(secret))
      .filter((shown) => redactor.isIn(`a ${shown} b`));
    expect(forms.length).toBeGreaterThan(10);
    for (const shown of forms) {
      // Around the end of the first 64 Ki characters, which are looked through by themselves.
      for (let place = 65_300; place < 66_600; place += 131)
        expect(redactor.isIn(`${words.slice(0, place)} ${shown} ${words.slice(place)}`)).toBe(true);
    }
  });

  it("takes no longer for a hundred thousand secrets", () => {
    const redactor = new Redactor();
    redactor.add(Array.from({ length: 100_000 }, (_, index) => `zv_live_sub_${index}${"c4n4ry".repeat(4)}`));
    const text = "no zv_live_sub_77c4n4ryc4n4ryc4n4ryc4n4ry for acme ".repeat(100);
    const startMs = performance.now();
    expect(redactor.clean(text)).toBe("no [secret] for acme ".repeat(100));
    expect(performance.now() - startMs).toBeLessThan(1_000);
  });
});
