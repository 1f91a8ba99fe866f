import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import { expect, it } from "vitest";
import { repository } from "../../engine/program-folder.mts";

it("the demo of the fleet runs waves, a failure and a killed run, and every one of its statements holds", async () => {
  const demo = spawn(process.execPath, ["demo/fleet.mts"], {
    cwd: repository,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = new Promise((resolve) => demo.once("close", resolve));
  const output = await text(demo.stdout);
  expect(await ended, output).toBe(0);
  expect(output.match(/✔/g)).toHaveLength(8);
});
