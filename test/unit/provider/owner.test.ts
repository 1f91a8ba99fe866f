import { describe, expect, it } from "vitest";
import { Run } from "../../../provider/core/base/run";
import { ownerHandler } from "../../../provider/dynamic/owner";
import { VirtualTime } from "../../support/virtual-time";

function open() {
  const time = new VirtualTime();
  const run = new Run(time.surroundings());
  const owner = ownerHandler(() => run);
  return { time, run, destroy: () => time.run(Promise.resolve(owner.delete("owner", {}))) };
}

describe("the owner of a stack, in a destroy that deletes everything at once", () => {
  it("is deleted when no delete is under way or follows", async () => {
    const { run, destroy } = open();
    await run.deletion(async () => undefined);
    await expect(destroy()).resolves.toBeUndefined();
  });

  it("waits for the deletes under way, and for those that begin meanwhile", async () => {
    const { time, run, destroy } = open();
    const done: string[] = [];
    const later = async (ms: number, name: string) => {
      await time.sleep(ms);
      await run.deletion(async () => {
        await time.sleep(2_000);
        done.push(name);
      });
    };
    void later(0, "first");
    void later(1_900, "second");
    await destroy();
    expect(done).toEqual(["first", "second"]);
  });

  it("stays where an account or key could not be deleted, so that the next run has the same owner", async () => {
    const { run, destroy } = open();
    await run.deletion(() => Promise.reject(new Error("refused"))).catch(() => undefined);
    await expect(destroy()).rejects.toThrow(
      /owner is kept, because 1 of its sub-accounts or keys could not be deleted/,
    );
  });
});

describe("a delete that fails last of all", () => {
  it("waits for the others of its run, and two of them not for each other", async () => {
    const { time, run } = open();
    const ended: string[] = [];
    const failing = (name: string) =>
      run.deletion(async () => {
        await run.otherDeletionsEnd();
        ended.push(name);
      });
    const slow = run.deletion(async () => {
      await time.sleep(2_000);
      ended.push("slow");
    });
    await time.run(Promise.all([failing("one"), failing("two"), slow]));
    expect(ended).toEqual(["slow", "one", "two"]);
  });
});
