import type { State } from "../view.ts";
import { Accounts } from "./accounts.mts";
import { readAbout, readState } from "./calls.mts";
import { byId, offer, say } from "./dom.mts";
import { onFilter, showRequests } from "./requests.mts";
import { prepareTrouble, showTrouble } from "./trouble.mts";

const POLL_MS = 700;

const status = byId("status", HTMLElement);
const filter = byId("account-filter", HTMLInputElement);
const accounts = new Map<string, Accounts>();
let latest: State | undefined;
let shown = "";

function show(): void {
  if (latest === undefined) return;
  const wanted = filter.value.trim().toLowerCase();
  for (const vendor of latest.vendors) accounts.get(vendor.name)?.update(vendor, wanted);
  showRequests(latest);
  showTrouble(latest);
}

async function poll(): Promise<void> {
  try {
    latest = await readState();
    const text = JSON.stringify(latest);
    if (text !== shown) show();
    shown = text;
    say(status, "live");
    status.className = "live";
  } catch {
    say(status, "the emulator is not running");
    status.className = "lost";
  }
}

/** Asks again and again, the first time until the emulator answers. */
async function follow(): Promise<void> {
  await poll();
  setTimeout(follow, POLL_MS);
}

const { vendors, ...about } = await readAbout();
for (const vendor of vendors) accounts.set(vendor.name, new Accounts(vendor, poll));
offer(byId("request-vendor", HTMLSelectElement), [
  { value: "", text: "all" },
  ...vendors.map(({ name, title }) => ({ value: name, text: title })),
]);
prepareTrouble({ vendors, ...about }, poll);
filter.addEventListener("input", show);
onFilter(show);
await follow();
