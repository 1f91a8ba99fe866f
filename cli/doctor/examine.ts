import { Run, realSurroundings } from "../../provider/core/base/run";
import { hideKeys } from "../hide-keys";
import { machine } from "./machine";
import { findProject } from "./project";
import { type DoctorReport, report, type Section } from "./report";
import { NO_STACK, readStack } from "./stack";
import { checkVendors } from "./vendors";
import type { Wishes, World } from "./world";

/** A person waits for the answer: a few seconds show whether anybody is there. */
const timeLimits = { connectMs: 3_000, attemptMs: 6_000, maxWaitMs: 6_000 };

/** Looks at all that a program needs, in the order in which Pulumi comes to need it. */
export async function examine(world: World, wishes: Wishes): Promise<DoctorReport> {
  // Whatever a run warns of is a finding of the report.
  const tell = async () => {};
  const run = new Run({ ...realSurroundings, timeLimits, tell, ...world.surroundings, env: world.env });
  hideKeys(run);
  const project = findProject(world.folder);
  const [about, stack] = await Promise.all([
    machine(world, project.programFolder),
    project.root === undefined ? NO_STACK : readStack(world, wishes, project.root, run.redactor),
  ]);
  const reached = await checkVendors(run, wishes, stack.config, about.cannotCall);
  const sections: Section[] = [
    { title: "This machine", findings: about.machine },
    { title: "The program", findings: [...project.findings, ...(project.root ? about.packages : [])] },
    { title: "The stack", findings: stack.findings },
    ...reached,
  ];
  return report(sections, (text) => run.shown(text));
}
