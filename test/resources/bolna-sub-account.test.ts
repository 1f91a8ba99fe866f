import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Stack } from "../support/stack";

const TYPE = "bolna.SubAccount";
const minimal = { name: "Acme Corp", allowConcurrentCalls: 4, deletionPolicy: "delete" };

describe(TYPE, () => {
  describe("at Bolna", () => {
    let stack: Stack;
    beforeEach(async () => {
      stack = await Stack.open();
    });
    afterEach(() => stack.close());

    it("waits for a decrease in the same run when the pool is full, and tries once more", async () => {
      stack.emulator.bolna.switches.concurrencyPool = 10;
      await stack.up(TYPE, { ...minimal, name: "A", allowConcurrentCalls: 8 }, { name: "a" });
      await stack.up(TYPE, { ...minimal, name: "B", allowConcurrentCalls: 2 }, { name: "b" });
      await stack.operation(async () => {
        await Promise.all([
          stack.up(TYPE, { ...minimal, name: "B", allowConcurrentCalls: 8 }, { name: "b" }),
          stack.up(TYPE, { ...minimal, name: "A", allowConcurrentCalls: 2 }, { name: "a" }),
        ]);
      });
      expect(stack.emulator.bolna.accounts().map((account) => account.allow_concurrent_calls)).toEqual([
        2, 8,
      ]);
    });

    it("does a decrease of the same run first, where the increase alone is under way", async () => {
      stack.emulator.bolna.switches.concurrencyPool = 10;
      const a = { ...minimal, name: "A", allowConcurrentCalls: 8 };
      const b = { ...minimal, name: "B", allowConcurrentCalls: 2 };
      await stack.up(TYPE, a, { name: "a" });
      await stack.up(TYPE, b, { name: "b" });
      const [less, more] = [
        { ...a, allowConcurrentCalls: 2 },
        { ...b, allowConcurrentCalls: 8 },
      ];
      // As with --parallel 1: both are compared, then the increase comes first.
      await stack.operation(async () => {
        await stack.preview(TYPE, less, { name: "a" });
        await stack.up(TYPE, more, { name: "b" });
        await stack.up(TYPE, less, { name: "a" });
      });
      expect(stack.emulator.bolna.accounts().map((account) => account.allow_concurrent_calls)).toEqual([
        2, 8,
      ]);
    });

    it("fails with the vendor's figures when there is no room, and keeps the old state", async () => {
      stack.emulator.bolna.switches.concurrencyPool = 10;
      await stack.up(TYPE, minimal);
      await expect(stack.up(TYPE, { ...minimal, allowConcurrentCalls: 50 })).rejects.toThrow(
        /answered 400 "Concurrency limit exceeded" .*allowConcurrentCalls: 50 asked, \d+ available \(the organization has 10, its sub-accounts use \d+\)/,
      );
      expect(stack.resource(TYPE).outputs).toMatchObject({ allowConcurrentCalls: 4 });
    });

    it("says in a conflict what must be done before an account moves between stacks", async () => {
      stack.emulator.bolna.seed({ name: "Acme Corp", allow_concurrent_calls: 1 });
      await expect(stack.up(TYPE, minimal)).rejects.toThrow(/set deletionPolicy to "retain" there/);
    });

    it("gives the key after adoption, since Bolna lists it", async () => {
      const { id, api_key } = stack.emulator.bolna.seed({ name: "Acme Corp", allow_concurrent_calls: 2 });
      await stack.up(TYPE, { ...minimal, adopt: id });
      expect(stack.resource(TYPE).outputs).toMatchObject({ apiKey: api_key, allowConcurrentCalls: 4 });
    });

    it("refuses to adopt an account that is not what the code declares and cannot become it", async () => {
      const { id } = stack.emulator.bolna.seed({ name: "Acme Corp", allow_concurrent_calls: 4 });
      await expect(stack.up(TYPE, { ...minimal, multiTenant: true, adopt: id })).rejects.toThrow(
        /multiTenant of the sub-account/,
      );
      const own = stack.emulator.bolna.seed({ name: "Own", allow_concurrent_calls: 4, multi_tenant: true });
      await expect(stack.up(TYPE, { ...minimal, name: "Own", adopt: own.id })).rejects.toThrow(
        /multiTenant of the sub-account/,
      );
      expect(stack.writes()).toEqual([]);
    });

    it("verifies many changed limits without a listing for each", async () => {
      const names = Array.from({ length: 30 }, (_, i) => `tenant-${i}`);
      const all = (allowConcurrentCalls: number) =>
        stack.operation(async () => {
          await Promise.all(
            names.map((name) => stack.up(TYPE, { ...minimal, name, allowConcurrentCalls }, { name })),
          );
        });
      await all(1);
      stack.emulator.clearRequests();
      await all(2);
      expect(stack.emulator.requests.filter(({ method }) => method === "GET").length).toBeLessThan(
        names.length,
      );
    });

    it("reads a listing in pages, should the vendor answer one", async () => {
      stack.emulator.bolna.switches.listEnvelope = "paged";
      stack.emulator.bolna.seedMany(60);
      await stack.up(TYPE, minimal);
      expect(await stack.refresh(TYPE)).toBe("same");
    });
  });
});
