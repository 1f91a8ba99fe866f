import { describe } from "vitest";
import { accountLifecycle } from "./account-lifecycle";

describe("zavu.SubAccount through the real engine", () =>
  accountLifecycle({
    vendor: "zavu",
    required: "",
    change: { from: '"tenant-acme"', to: '"tenant-acme", creditLimit: 700', becomes: { creditLimit: 700 } },
    isStamped: true,
    live: ({ zavu }) => {
      const active = zavu.accounts().filter(({ status }) => status === "active");
      return active.map(({ id }) => id);
    },
    seed: ({ zavu }) => zavu.seed({ name: "Before", creditLimit: 1, status: "inactive" }).id,
    view: ({ zavu }, id) => zavu.accounts().find((account) => account.id === id),
    remove: ({ zavu }, id) => zavu.remove(id),
  }));
