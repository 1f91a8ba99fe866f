import { describe } from "vitest";
import { accountLifecycle } from "./account-lifecycle";

describe("bolna.SubAccount through the real engine", () =>
  accountLifecycle({
    vendor: "bolna",
    required: ', allowConcurrentCalls: 1, deletionPolicy: "delete"',
    change: {
      from: "allowConcurrentCalls: 1",
      to: "allowConcurrentCalls: 7",
      becomes: { allow_concurrent_calls: 7 },
    },
    isStamped: false,
    live: ({ bolna }) => bolna.accounts().map(({ id }) => id),
    seed: ({ bolna }) => bolna.seed({ name: "Before", allow_concurrent_calls: 1 }).id,
    view: ({ bolna }, id) => bolna.accounts().find((account) => account.id === id),
    remove: ({ bolna }, id) => bolna.remove(id),
  }));
