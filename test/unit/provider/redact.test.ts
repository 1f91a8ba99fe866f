import { describe, expect, it } from "vitest";
import { Redactor } from "../../../provider/core/redact";

describe("redaction", () => {
  it("takes out every secret it was told of, at any depth", () => {
    const redactor = new Redactor();
    redactor.add({ database: { password: "hunter2!", host: "db.internal" } });
    expect(redactor.clean('no route to db.internal with "hunter2!"')).toBe(
      'no route to [secret] with "[secret]"',
    );
  });

  it("takes out what looks like a vendor's key although nobody named it", () => {
    const text = "key zv_live_sub_abc123 or sa-0123456789abcdef0123456789abcdef or Bearer abc.def is bad";
    expect(new Redactor().clean(text)).toBe("key [secret] or [secret] or [secret] is bad");
  });

  it("leaves short values alone, which would blank out innocent words", () => {
    const redactor = new Redactor();
    redactor.add(["app", ""]);
    expect(redactor.clean("the app failed")).toBe("the app failed");
  });
});
