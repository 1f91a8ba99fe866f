import type { VendorName } from "../../../emulator";
import { SubaccountsError } from "../../../provider/core/base/errors";
import type { Answers } from "./answers";
import { Ended, type Line, type Raw } from "./line";
import type { Listing, Row } from "./pages";
import { isOk, textAt } from "./replies";
import type { ScratchNames } from "./scratch-name";
import { type Lag, METADATA } from "./writes";

/** What the questions about one vendor share. */
export interface Talk<Switches extends object> {
  readonly line: Line;
  readonly answers: Answers<Switches>;
  readonly names: ScratchNames;
  readonly lag: Lag;
  /** The API version of the connection; undefined where the vendor has one. */
  readonly apiVersion: string | undefined;
  /** The accounts that this run made, by id: their names. */
  readonly made: Map<string, string>;
  /** Those of them that the vendor has shown as ended. */
  readonly ended: Set<string>;
}

/** What is one vendor's: its questions, and how an account there is looked at and ended. */
export interface Subject<Switches extends object> {
  readonly name: VendorName;
  /** What of an ended account stays at the vendor, as the end of a sentence. */
  readonly remains: string;
  /**
   * Asks what a key alone can ask, without a change at the vendor.
   *
   * @returns the accounts; undefined where the key may not list them, about which it has noted an answer.
   */
  read(talk: Talk<Switches>): Promise<Listing | undefined>;
  /** The accounts as they are listed now. */
  list(talk: Talk<Switches>): Promise<Listing | undefined>;
  /** Asks what takes accounts: makes at most two. @param listing what `read` returned. */
  scratch(talk: Talk<Switches>, listing: Listing): Promise<void>;
  /** Whether the vendor shows that nobody ever used an account of this command. */
  isUnused(talk: Talk<Switches>, row: Row): Promise<boolean>;
  /** Ends an account with all of its keys. */
  end(talk: Talk<Switches>, id: string): Promise<void>;
  /** How many calls it takes to end so many accounts and to look, at a vendor with a listing of so many pages. */
  callsToEnd(accounts: number, pages: number): number;
  /** Which of these accounts the vendor still shows as active; undefined where that cannot be told. */
  activeAmong(talk: Talk<Switches>, ids: readonly string[]): Promise<readonly string[] | undefined>;
  /** Revokes keys of ours that outlive their account: a run that was killed may have left some. */
  endStrayKeys?(talk: Talk<Switches>, ended: readonly Row[]): Promise<void>;
}

/** An account of this command, as the report names it. */
export interface Scratch {
  readonly id: string;
  readonly name: string;
  /** `ended`: the vendor shows that; `live`: it may work still. */
  readonly state: "ended" | "live";
  readonly text: string;
}

/** What became of an interview beside its answers. */
export interface Outcome {
  readonly accounts: readonly Scratch[];
  /** What could not be done, and what to do about it. */
  readonly problems: readonly string[];
  readonly wasInterrupted: boolean;
}

/** Asks one vendor everything that the person allows, and ends whatever this run or a killed one made. */
export async function interview<Switches extends object>(
  subject: Subject<Switches>,
  talk: Talk<Switches>,
  { mayMakeAccounts, signal }: { readonly mayMakeAccounts: boolean; readonly signal: AbortSignal },
): Promise<Outcome> {
  const problems: string[] = [];
  const accounts = new Map<string, Scratch>();
  const listing = await attempt(problems, () => subject.read(talk));
  if (listing !== undefined) {
    for (const account of leftovers(subject, talk, listing, mayMakeAccounts))
      accounts.set(account.id, account);
  }
  if (listing === undefined) {
    if (problems.length === 0)
      problems.push("the accounts cannot be listed with this key, so nothing more was asked");
  } else if (mayMakeAccounts && !listing.isComplete) {
    const why = "the listing is too long to be read within a run, so one that is left could not be found";
    problems.push(`no scratch account is made: ${why}`);
  } else if (mayMakeAccounts) {
    await withScratch(subject, talk, listing, { accounts, problems });
  }
  return { accounts: [...accounts.values()], problems, wasInterrupted: signal.aborted };
}

/** The accounts in a listing that are this command's, or look like it. */
function leftovers<Switches extends object>(
  { remains }: Subject<Switches>,
  { names }: Talk<Switches>,
  { rows }: Listing,
  willEnd: boolean,
): Scratch[] {
  return rows.flatMap((row): Scratch[] => {
    const { id, name, isLive } = row;
    if (isOurs(names, row)) {
      if (!isLive) return [{ id, name, state: "ended", text: `ended before; ${remains}` }];
      const text = willEnd
        ? "left by a run that was killed"
        : "left by a run that was killed: run again with --yes-create-scratch-accounts to end it";
      return [{ id, name, state: "live", text }];
    }
    if (!names.looksAlike(name) || !isLive) return [];
    const text = "has such a name and was not made with this key, so it is not touched: end it by hand";
    return [{ id, name, state: "live", text }];
  });
}

/**
 * Whether this command made an account, with this key: its external id proves it, or, where it has none, its name. A name
 * can be copied; an external id or metadata of others say that it was.
 */
function isOurs(names: ScratchNames, { name, externalId, raw }: Row): boolean {
  const metadata = raw["metadata"] ?? {};
  const isForeign = Object.keys(metadata).some((key) => !(key in METADATA.first));
  return !isForeign && names.proves(externalId ?? name);
}

interface Books {
  readonly accounts: Map<string, Scratch>;
  readonly problems: string[];
}

/** Calls for what goes wrong as accounts are ended. */
const SPARE = 2;

async function withScratch<Switches extends object>(
  subject: Subject<Switches>,
  talk: Talk<Switches>,
  listing: Listing,
  books: Books,
): Promise<void> {
  const { names, line } = talk;
  const active = () => talk.made.size - talk.ended.size;
  line.reserve = () => SPARE + subject.callsToEnd(active(), listing.sizes.length);
  try {
    const own = listing.rows.filter((row) => isOurs(names, row));
    for (const row of own.filter(({ isLive }) => isLive)) await takeOver(subject, talk, row, books);
    await endOwn(subject, talk, books);
    const gone = own.filter(({ isLive }) => !isLive);
    await attempt(books.problems, async () => subject.endStrayKeys?.(talk, gone));
    await attempt(books.problems, () => subject.scratch(talk, listing));
  } finally {
    line.startCleaning();
    if (line.lost.accounts.length > 0) await findLost(subject, talk, books);
    await endOwn(subject, talk, books);
    if (line.lost.keys.length > 0)
      await attempt(books.problems, async () => subject.endStrayKeys?.(talk, []));
  }
}

/** Takes an account that a killed run left for this run's own, if the vendor shows that nobody ever used it. */
async function takeOver<Switches extends object>(
  subject: Subject<Switches>,
  talk: Talk<Switches>,
  row: Row,
  { accounts, problems }: Books,
): Promise<void> {
  const { id, name } = row;
  if ((await attempt(problems, () => subject.isUnused(talk, row))) !== true) {
    const text =
      "has been used, or its use cannot be told, so it is not touched: look at it, and end it by hand";
    accounts.set(id, { id, name, state: "live", text });
    return;
  }
  talk.line.own(id);
  talk.made.set(id, name);
}

/** Ends the accounts of ours that the vendor has not shown as ended yet, and looks. */
async function endOwn<Switches extends object>(
  subject: Subject<Switches>,
  talk: Talk<Switches>,
  { accounts, problems }: Books,
): Promise<void> {
  const { lag, made, ended } = talk;
  const told: string[] = [];
  for (const id of [...made.keys()].filter((each) => !ended.has(each))) {
    const isTold = await attempt(problems, async () => {
      await subject.end(talk, id);
      return true;
    });
    if (isTold) told.push(id);
  }
  if (told.length > 0) {
    const active = await attempt(problems, async () => {
      await lag.settle();
      return subject.activeAmong(talk, told);
    });
    for (const id of told) if (active?.includes(id) === false) ended.add(id);
  }
  for (const [id, name] of made) {
    const isEnded = ended.has(id);
    const text = isEnded
      ? `ended; ${subject.remains}`
      : "may be live: run again with --yes-create-scratch-accounts, or end it by hand";
    accounts.set(id, { id, name, state: isEnded ? "ended" : "live", text });
  }
}

/** The vendor's reads may lag behind its writes by so long, in milliseconds. */
const LAG_BOUND_MS = 30_000;

/** Looks for what creates made whose replies were lost, and names what is not there, since it may still come. */
async function findLost<Switches extends object>(
  subject: Subject<Switches>,
  talk: Talk<Switches>,
  { accounts, problems }: Books,
): Promise<void> {
  const { line, names, made } = talk;
  const listing = await attempt(problems, async () => {
    await line.sleep(LAG_BOUND_MS);
    return subject.list(talk);
  });
  const found = (listing?.rows ?? []).filter((row) => row.isLive && isOurs(names, row) && !made.has(row.id));
  for (const { id, name } of found) {
    line.own(id);
    made.set(id, name);
  }
  for (const name of line.lost.accounts.slice(found.length)) {
    const text =
      "its create got no answer, and it is not listed: run again with --yes-create-scratch-accounts later";
    accounts.set(name, { id: "unknown", name, state: "live", text });
  }
}

/** Notes why something could not be done to its end. @returns undefined then */
async function attempt<T>(problems: string[], body: () => Promise<T>): Promise<T | undefined> {
  try {
    return await body();
  } catch (error) {
    if (error instanceof Ended) problems.push(`${error.message} all was done`);
    else if (error instanceof SubaccountsError) problems.push(error.message);
    else throw error;
    return undefined;
  }
}

/**
 * Notes an account that was made. A reply with another account's name, as a cache may give it, makes none ours.
 *
 * @param account as the reply shows it. @returns its id; undefined where the reply is not that of the creation
 */
export function noteMade<Switches extends object>(
  { line, made, names }: Talk<Switches>,
  reply: Raw,
  name: string,
  account: unknown,
): string | undefined {
  if (!isOk(reply)) return undefined;
  const id = textAt(account, "id");
  if (id === undefined || !names.proves(textAt(account, "name"))) {
    line.lost.accounts.push(name);
    return undefined;
  }
  line.own(id);
  made.set(id, name);
  return id;
}

/**
 * Makes the first scratch account by a create of the vendor's, and measures how long it takes to be shown.
 *
 * @param read the account; undefined while it is not shown.
 * @returns what was made, and the account as it was read. @throws SubaccountsError
 */
export async function makeFirstBy<Talking extends Talk<{ lagMs: number }>, Made, Account>(
  title: string,
  talk: Talking,
  create: (talk: Talking, name: string, externalId: string) => Promise<{ reply: Raw; made?: Made }>,
  read: (made: Made) => Promise<Account | undefined>,
): Promise<{ readonly made: Made; readonly account: Account }> {
  const name = talk.names.fresh();
  const { reply, made } = await create(talk, name, name);
  if (made === undefined) throw noScratch(title, reply.status);
  return { made, account: await talk.lag.measure(talk.answers, () => read(made)) };
}

/** Why there is nothing to ask with. */
export function noScratch(title: string, status: number): SubaccountsError {
  return new SubaccountsError(
    `${title} answered the create of a scratch account with ${status}, so what takes one was not asked`,
  );
}

/** Throws unless an account was ended, or had ended before. */
export function refuseUnended(title: string, { status }: Raw): void {
  if ((status >= 200 && status < 300) || status === 404 || status === 400) return;
  throw new SubaccountsError(`${title} answered the end of a scratch account with ${status}`);
}
