import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { repository } from "../../engine/program-folder.mts";

const example = join(repository, "examples/fleet");

/** The files by which machines work on a fleet, by their paths in examples/fleet. */
export const deployments: ReadonlyMap<string, string> = new Map(
  globSync(["deploy/**/*.*", "deploy/Dockerfile", ".github/workflows/*.yml", ".gitlab-ci.yml"], {
    cwd: example,
  })
    .sort()
    .map((file) => [file, readFileSync(join(example, file), "utf8")]),
);

/** The commands of a fleet that they run, each once: `up --detach`. */
export function deployedCommands(): string[] {
  const texts = [...deployments.values()].join("\n");
  const called = [
    ...texts.matchAll(/bin\/subaccounts fleet (.*)|--no-install subaccounts fleet (.*)|args: \[(.*)\]/g),
  ];
  const commands = called.map(([, one, two, three]) =>
    (one ?? two ?? three ?? "").replace(/ >.*$/, "").trim(),
  );
  return [...new Set(commands)].sort();
}
