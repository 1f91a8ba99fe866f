import type { Run } from "../core/base/run";
import type { Handler } from "./protocol";
import { shownError } from "./shown-error";

/**
 * The handler of the one internal resource of a stack: its id is made once, lives in the stack's state and marks
 * every account as this stack's. It has no vendor, no arguments and nothing to change.
 */
export function ownerHandler(findRun: () => Run): Handler {
  return {
    configure: async () => {},
    check: async (_olds, news) => ({ inputs: news, failures: [] }),
    diff: async () => ({ changes: false }),
    create: async () => ({ id: findRun().world.newId(), outs: {} }),
    read: async (id, state = {}) => ({ id, props: state }),
    update: async (_id, olds) => ({ outs: olds }),
    // An owner that is gone while accounts of it are left would make the next run another owner's.
    delete: async () => {
      const failed = await findRun().deletionsEnd();
      if (failed === 0) return;
      throw shownError(
        `the stack's owner is kept, because ${failed} of its sub-accounts or keys could not be deleted. Mend that, then run the ` +
          "command again",
      );
    },
  };
}
