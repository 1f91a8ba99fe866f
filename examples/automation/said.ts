/** What Pulumi printed as errors or as warnings, each once; the rest of its output is long. */
export function said(severity: "error" | "warning", output: string): string[] {
  const lines = [...output.matchAll(new RegExp(`^ *${severity}: (.+)$`, "gm"))];
  return [...new Set(lines.map(([, message = ""]) => message.trim()))];
}
