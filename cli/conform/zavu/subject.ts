import type { ZavuSwitches } from "../../../emulator";
import { refuseUnended, type Subject } from "../core/interview";
import { tellOrder, tellPages } from "../core/pages";
import { deactivate, isInactive, list, listKeys, of, revokeAll } from "./calls";
import { askDeactivation, askInactiveDuplicate, askInactiveInList, askSecond, askSuspension } from "./ending";
import { askFields, askLongestName, askNames, makeFirst } from "./fields";
import { askKeyOrder, askKeys } from "./keys";
import { askIdentity, askRefusals, tellRow } from "./reading";

/** Zavu's questions. Contract: https://docs.zavu.dev/api-reference/sub-accounts/create-sub-account */
export const zavuSubject: Subject<ZavuSwitches> = {
  name: "zavu",
  remains: "its row stays at Zavu, inactive",
  list,
  read: async (talk) => {
    await askIdentity(talk);
    await askRefusals(talk);
    const listing = await list(talk);
    if (listing === undefined) return undefined;
    tellPages(talk.answers, listing);
    tellOrder(talk.answers, listing);
    for (const row of listing.rows) tellRow(talk, row);
    return listing;
  },
  scratch: async (talk, listing) => {
    const first = await makeFirst(talk);
    await askFields(talk, first);
    await askNames(talk, first);
    await askKeys(talk, first);
    const second = await askSecond(talk, first);
    if (second !== undefined) await askSuspension(talk, second);
    await askDeactivation(talk, first);
    await askInactiveInList(talk, first, listing);
    if (second === undefined) return;
    await askInactiveDuplicate(talk, first, second);
    await askLongestName(talk, second);
    await askKeyOrder(talk, second);
  },
  isUnused: async (talk, { id, raw }) => {
    if (raw["totalSpent"] !== 0) return false;
    // Beside the key that it was born with there are keys of this command alone.
    const { keys } = await listKeys(talk, id);
    return keys.filter(({ isLive, name }) => isLive && !talk.names.proves(name)).length <= 1;
  },
  end: async (talk, id) => refuseUnended("Zavu", await deactivate(talk, id)),
  callsToEnd: (accounts) => 2 * accounts,
  activeAmong: async ({ line }, ids) => {
    const active: string[] = [];
    for (const id of ids) if (isInactive(await line.get(of(id))) !== true) active.push(id);
    return active;
  },
  endStrayKeys: async (talk, ended) => {
    // A run that was killed left at most its own two accounts so, which are the newest.
    const newest = ended
      .filter(({ raw }) => raw["totalSpent"] === 0)
      .toSorted((one, other) => (other.createdAtMs ?? 0) - (one.createdAtMs ?? 0));
    for (const { id } of newest.slice(0, 2)) {
      talk.line.own(id);
      await revokeAll(talk, id);
    }
  },
};
