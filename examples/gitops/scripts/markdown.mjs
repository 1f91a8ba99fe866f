/**
 * Markdown of texts that others wrote: a vendor's value, a customer's name, what Pulumi printed. Within code nothing is
 * rendered, on GitHub as on GitLab: no link, no HTML, no mention, no quick action.
 */

/** Control, format and separator characters: line ends, ANSI sequences, texts that run backwards. */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu;
/** The same without line feeds and tabs. */
const INVISIBLE_IN_TEXT = /(?![\n\t])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/** A text as one line: control characters and line ends become a blank. In a log, a line may be a command to the pipeline. */
export function line(text) {
  return String(text).replace(INVISIBLE, " ").trim();
}

/** A text as inline code, in one line of at most `max` characters. */
export function code(text, max = 400) {
  const all = line(text);
  const shown = all.length > max ? `${cut(all, max)}…` : all || " ";
  const pad = /^`|`$/.test(shown) ? " " : "";
  return `${ticks(shown, 1)}${pad}${shown}${pad}${ticks(shown, 1)}`;
}

/** A value as JSON has it, as inline code. */
export function value(any) {
  return code(JSON.stringify(any) ?? "absent");
}

/** A block that is either shown whole or not at all. */
export function paragraph(text) {
  return (room) => (text.length <= room ? text : "");
}

/** A block of items, of which those that fit are shown, in at most `max` characters. */
export function list(items, rest, max = 8_000) {
  return (room) => {
    const more = (count) => `- and ${count} more: ${rest}`;
    const fits = Math.min(room, max) - more(items.length).length - 1;
    const lines = [];
    let length = 0;
    for (const item of items) {
      length += item.length + 3;
      if (length > fits) break;
      lines.push(`- ${item}`);
    }
    if (lines.length < items.length) lines.push(more(items.length - lines.length));
    return lines.join("\n").length <= room ? lines.join("\n") : "";
  };
}

/** A block of code, cut at the end of a line to at most `max` characters. */
export function fence(text, rest, max = 16_000) {
  return (room) => {
    const clean = text.replace(INVISIBLE_IN_TEXT, "").trimEnd();
    const mark = ticks(clean, 3);
    const note = `\n\nThis is cut: ${rest}.`;
    const fits = Math.min(room, max) - 2 * mark.length - "text\n\n".length - note.length;
    if (fits <= 0) return "";
    if (clean.length <= fits) return `${mark}text\n${clean}\n${mark}`;
    const lines = cut(clean, clean.lastIndexOf("\n", fits)) || `${cut(clean, fits - 1)}…`;
    return `${mark}text\n${lines}\n${mark}${note}`;
  };
}

/** A block under a heading that opens it. */
export function folded(summary, block) {
  const [start, end] = [`<details><summary>${summary}</summary>\n\n`, "\n\n</details>"];
  return (room) => {
    const inner = block(room - start.length - end.length);
    return inner === "" ? "" : `${start}${inner}${end}`;
  };
}

/** Joins blocks, the most important first, to at most `max` characters: each gets the room that those before it left. */
export function compose(blocks, max) {
  let text = "";
  for (const block of blocks) {
    const gap = text === "" ? "" : "\n\n";
    const part = block(max - text.length - gap.length);
    if (part !== "") text += gap + part;
  }
  return text;
}

/** The first characters of a text, without half a one at the end. */
function cut(text, length) {
  return text.slice(0, Math.max(length, 0)).replace(/[\uD800-\uDBFF]$/, "");
}

/** More backticks than stand in a row anywhere in the text, and at least so many. */
function ticks(text, least) {
  const runs = [...text.matchAll(/`+/g)].map(([run]) => run.length + 1);
  return "`".repeat(runs.reduce((most, run) => Math.max(most, run), least));
}
