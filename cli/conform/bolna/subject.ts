import type { BolnaSwitches } from "../../../emulator";
import type { Subject } from "../core/interview";
import { at } from "../core/replies";
import { askStored, makeFirst } from "./accounts";
import { activeAmong, askDelete, askSecond, end } from "./ending";
import { list } from "./listing";
import { askPool } from "./pool";
import { askIdentity, askRefusals, tellRow } from "./reading";

/** Usage is looked at as far back as the vendor shows it, in milliseconds. */
const WINDOW_MS = 30 * 24 * 3_600_000;

/** Bolna's questions. Contract: https://www.bolna.ai/docs/api-reference/sub-accounts/overview */
export const bolnaSubject: Subject<BolnaSwitches> = {
  name: "bolna",
  remains: "nothing of it stays at Bolna",
  list,
  read: async (talk) => {
    await askIdentity(talk);
    await askRefusals(talk);
    const listing = await list(talk);
    for (const row of listing?.rows ?? []) tellRow(talk, row);
    if (listing?.rows.length === 0)
      talk.answers.cannotTell(["generation", "organizationId"], "there is no account to see it by");
    return listing;
  },
  scratch: async (talk, before) => {
    const first = await askStored(talk, await makeFirst(talk));
    await askPool(talk, first);
    await askSecond(talk, first, before);
    await askDelete(talk, first.id);
  },
  isUnused: async ({ line }, { id }) => {
    const from = new Date(line.nowMs() - WINDOW_MS).toISOString();
    const { body } = await line.get(`/sub-accounts/${id}/usage`, { query: { from } });
    return at(body, "total_records") === 0 && at(body, "total_cost") === 0;
  },
  end,
  // A listing shows them all; one of a single page may have to be read again.
  callsToEnd: (accounts, pages) => (accounts === 0 ? 0 : accounts + (pages === 1 ? 4 : 2 * pages)),
  activeAmong,
};
