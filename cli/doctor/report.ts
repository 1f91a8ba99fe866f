/** One thing that was looked at. */
export interface Finding {
  readonly status: "ok" | "note" | "fail";
  readonly text: string;
  /** The command that mends it, or what else to do. Every failure has one. */
  readonly mend?: string;
}

/** The findings under one heading. */
export interface Section {
  readonly title: string;
  readonly findings: readonly Finding[];
}

/** The whole report, as `--json` prints it. */
export interface DoctorReport {
  /** Whether nothing failed. */
  readonly ok: boolean;
  readonly sections: readonly Section[];
}

/** All is well with this. */
export const ok = (text: string): Finding => ({ status: "ok", text });
/** Worth knowing, and no failure. */
export const note = (text: string, mend?: string): Finding => ({
  status: "note",
  text,
  ...(mend === undefined ? {} : { mend }),
});
/** This keeps a program from working. */
export const fail = (text: string, mend: string): Finding => ({ status: "fail", text, mend });

/** A failure as a line: the fact, and what mends it. */
export function problemOf({ text, mend }: Finding): string {
  return mend === undefined ? text : `${text}. Way out: ${mend}`;
}

/** The report on these sections, each text passed through `clean`. */
export function report(sections: readonly Section[], clean: (text: string) => string): DoctorReport {
  const cleanFinding = ({ status, text, mend }: Finding): Finding =>
    mend === undefined ? { status, text: clean(text) } : { status, text: clean(text), mend: clean(mend) };
  return {
    ok: sections.every(({ findings }) => findings.every(({ status }) => status !== "fail")),
    sections: sections
      .filter(({ findings }) => findings.length > 0)
      .map(({ title, findings }) => ({ title: clean(title), findings: findings.map(cleanFinding) })),
  };
}

/** Colours a text, or leaves it as it is. */
export type Paint = (colour: "green" | "yellow" | "red" | "bold", text: string) => string;

const colours = { ok: "green", note: "yellow", fail: "red" } as const;
const marks = { ok: "ok  ", note: "note", fail: "FAIL" };

/** The report as people read it. */
export function readable({ ok, sections }: DoctorReport, paint: Paint): string {
  const lines = sections.flatMap(({ title, findings }) => [
    paint("bold", title),
    ...findings.flatMap(({ status, text, mend }) => {
      const line = `  ${paint(colours[status], marks[status])}  ${text}`;
      return mend === undefined ? [line] : [line, `        → ${mend}`];
    }),
    "",
  ]);
  const failures = sections.flatMap(({ findings }) => findings).filter(({ status }) => status === "fail");
  const end = ok ? "Nothing failed." : `${failures.length} failed; under each is what mends it.`;
  return `${[...lines, end].join("\n")}\n`;
}
