import type { Emulator } from "./api";

/** The accounts of every vendor as plain text tables, for a terminal. Keys are shown by their prefix only. */
export function describeAccounts(emulator: Emulator): string {
  return emulator
    .overview()
    .map(({ title, rows }) => `${title}\n${rows.length === 0 ? "  (no accounts)" : table(rows)}`)
    .join("\n\n");
}

function table(rows: readonly Readonly<Record<string, string>>[]): string {
  const columns = Object.keys(rows[0] ?? {});
  const lines = [columns, ...rows.map((row) => columns.map((column) => printable(row[column] ?? "")))];
  const widths = columns.map((_, index) => Math.max(...lines.map((line) => line[index]?.length ?? 0)));
  const text = lines.map((line) =>
    `  ${line.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join("  ")}`.trimEnd(),
  );
  text.splice(1, 0, `  ${widths.map((width) => "─".repeat(width)).join("  ")}`);
  return text.join("\n");
}

/** Names come from anyone: control characters must not reach the terminal. */
function printable(text: string): string {
  return text.replace(/\p{Cc}/gu, "\u{fffd}");
}
