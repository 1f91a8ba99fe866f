import type { VendorName } from "../../emulator";
import type { LifecycleSubject } from "./account-lifecycle";

/** The accounts of each vendor, for the rows of `accountLifecycle`. */
export const subjects: Record<VendorName, LifecycleSubject> = {
  zavu: {
    vendor: "zavu",
    required: "",
    change: { from: '"tenant-acme"', to: '"tenant-acme", creditLimit: 700', becomes: { creditLimit: 700 } },
    isStamped: true,
    live: ({ zavu }) => {
      const active = zavu.accounts().filter(({ status }) => status === "active");
      return active.map(({ id }) => id);
    },
    seed: ({ zavu }) => zavu.seed({ name: "ACME", creditLimit: 1, status: "inactive" }).id,
    view: ({ zavu }, id) => zavu.accounts().find((account) => account.id === id),
    remove: ({ zavu }, id) => zavu.remove(id),
  },
  bctrl: {
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
    seed: ({ bctrl }) => bctrl.seed({ name: "ACME", limits: { maxSpaces: 1 } }).id,
    view: ({ bctrl }, id) => bctrl.accounts().find((account) => account.id === id),
    remove: ({ bctrl }, id) => bctrl.remove(id),
  },
  bolna: {
    vendor: "bolna",
    required: ', allowConcurrentCalls: 1, deletionPolicy: "delete"',
    change: {
      from: "allowConcurrentCalls: 1",
      to: "allowConcurrentCalls: 7",
      becomes: { allow_concurrent_calls: 7 },
    },
    isStamped: false,
    live: ({ bolna }) => bolna.accounts().map(({ id }) => id),
    seed: ({ bolna }) => bolna.seed({ name: "ACME", allow_concurrent_calls: 1 }).id,
    view: ({ bolna }, id) => bolna.accounts().find((account) => account.id === id),
    remove: ({ bolna }, id) => bolna.remove(id),
  },
};
