import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import { expect, it } from "vitest";
import { repository } from "../../engine/program-folder.mts";

it("the demo runs the quickstart, and every one of its statements holds", async () => {
  const demo = spawn(process.execPath, ["demo/demo.mts"], {
    cwd: repository,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = new Promise((resolve) => demo.once("close", resolve));
  const output = await text(demo.stdout);
  expect(await ended, output).toBe(0);
  expect(output.match(/✔/g)).toHaveLength(11);
  expect(output).toContain("Every statement held");
});
