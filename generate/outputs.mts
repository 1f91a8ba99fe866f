/**
 * The outputs of commands with `--json`, by the command: the file, and its export, which is a type, or, where its name begins
 * with a small letter, a zod schema.
 */
export const OUTPUTS: Readonly<Record<string, readonly [file: string, name: string]>> = {
  check: ["cli/check/report.ts", "CheckReport"],
  "tenants generate": ["cli/tenants/generate.ts", "GenerateReport"],
  "tenants tidy": ["cli/tenants/tidy.ts", "TidyReport"],
  doctor: ["cli/doctor/report.ts", "DoctorReport"],
  keys: ["cli/keys/report.ts", "KeysReport"],
  "fleet id": ["cli/fleet/command.ts", "FleetId"],
  "fleet plan": ["fleet/run/plan.ts", "Plan"],
  "fleet status": ["fleet/run/report-file.ts", "RunReport"],
  list: ["cli/list/accounts.ts", "AccountsReport"],
  "list --owners": ["cli/list/report.ts", "OwnersReport"],
  show: ["cli/show/report.ts", "tenantReport"],
  report: ["cli/report/usage-report.ts", "usageReport"],
  conform: ["cli/conform/report.ts", "ConformReport"],
};

/** The name of the schema of a command's output. */
export function outputSchemaOf(command: string): string {
  return `output-${command.replaceAll(/[ -]+/g, "-")}`;
}
