import { describe } from "vitest";
import { accountLifecycle } from "./account-lifecycle";

describe("bctrl.SubAccount through the real engine", () =>
  accountLifecycle({
    vendor: "bctrl",
    required: "",
    change: {
      from: '"tenant-acme"',
      to: '"tenant-acme", limits: { maxSpaces: 7 }',
      becomes: { limits: { maxSpaces: 7 } },
    },
    isStamped: true,
    live: ({ bctrl }) => {
      const active = bctrl.accounts().filter(({ status }) => status === "active");
      return active.map(({ id }) => id);
    },
    seed: ({ bctrl }) => bctrl.seed({ name: "Before", limits: { maxSpaces: 1 } }).id,
    view: ({ bctrl }, id) => bctrl.accounts().find((account) => account.id === id),
    remove: ({ bctrl }, id) => bctrl.remove(id),
  }));
