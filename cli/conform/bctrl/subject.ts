import type { BctrlSwitches } from "../../../emulator";
import { refuseUnended, type Subject } from "../core/interview";
import { tellOrder, tellPages } from "../core/pages";
import { at } from "../core/replies";
import { ALL, archive, asked, isArchived, list, of, revokeKeys } from "./calls";
import { askArchive, askArchivedDuplicate, askSecond } from "./ending";
import { askCap, askFields, askFilters, askSmall, makeFirst } from "./fields";
import { askKeys } from "./keys";
import { askIdentity, askRefusals, tellRow } from "./reading";

/** bctrl's questions. Contract: https://platform.bctrl.ai/api, https://github.com/bctrlhq */
export const bctrlSubject: Subject<BctrlSwitches> = {
  name: "bctrl",
  remains: "its row stays at bctrl, archived",
  list: (talk) => list(talk, ALL),
  read: async (talk) => {
    await askIdentity(talk);
    await askRefusals(talk);
    const listing = await list(talk, ALL);
    if (listing === undefined) return undefined;
    tellPages(talk.answers, listing);
    tellOrder(talk.answers, listing);
    for (const row of listing.rows) tellRow(talk, row);
    return listing;
  },
  scratch: async (talk) => {
    const first = await makeFirst(talk);
    await askFilters(talk, first);
    await askFields(talk, first);
    await askSmall(talk, first);
    const key = await askKeys(talk, first);
    const second = await askSecond(talk, first);
    await askArchive(talk, first, key);
    if (second !== undefined) await askArchivedDuplicate(talk, first, second);
    await askCap(talk, second);
  },
  isUnused: async (talk, { id }) => {
    const { body } = await talk.line.get(of(id), asked(talk, { query: { include: "usage" } }));
    return at(body, "usage", "credits", "used") === 0 && at(body, "usage", "runs", "active") === 0;
  },
  end: async (talk, id) => {
    await revokeKeys(talk, id);
    refuseUnended("bctrl", await archive(talk, id));
  },
  // The key listing, the archive call and a look; and two keys of the first account.
  callsToEnd: (accounts) => (accounts === 0 ? 0 : 3 * accounts + 2),
  activeAmong: async (talk, ids) => {
    const active: string[] = [];
    for (const id of ids) {
      if (isArchived(await talk.line.get(of(id), asked(talk))) !== true) active.push(id);
    }
    return active;
  },
  endStrayKeys: (talk) => revokeKeys(talk, undefined),
};
