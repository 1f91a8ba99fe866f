import { describe, expect, it } from "vitest";
import { printable } from "../../../provider/core/base/printable";

describe("a text of unknown origin", () => {
  it.each([
    ["a line break", "a\r\n::stop-commands::x\u2028b", "a ::stop-commands::x b"],
    ["an ANSI escape", "\u001b[31mred\u009b0m", "\u{fffd}[31mred\u{fffd}0m"],
    ["a bidi control", "a\u202egpj.exe\u2069", "a\u{fffd}gpj.exe\u{fffd}"],
    ["a character without a width", "ac\u200bme\ufeff\u{e0041}", "ac\u{fffd}me\u{fffd}\u{fffd}"],
    ["half a character", "a\ud83d", "a\u{fffd}"],
    ["a command to a CI system", "a ##vso[task.x]##[group] ## b", "a # vso[task.x]# [group] ## b"],
    ["what people write", "Müller & Söhne 株式会社 😀 – «no»", "Müller & Söhne 株式会社 😀 – «no»"],
  ])("is one line of what can be seen: %s", (_what, text, line) => {
    expect(printable(text)).toBe(line);
  });

  it("is at most 300 characters, none of them half", () => {
    expect(printable("x".repeat(300))).toBe("x".repeat(300));
    expect(printable(`${"x".repeat(298)}😀${"y".repeat(9)}`)).toBe(`${"x".repeat(298)}…`);
  });
});
