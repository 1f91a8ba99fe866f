import { type Mark, switchMarks, type VendorName } from "../../emulator";
import type { Run } from "../../provider/core/base/run";
import type { Settings } from "../../provider/core/vendor-io/config";
import type { AnyVendor } from "../../provider/vendors";
import { bctrlSubject } from "./bctrl/subject";
import { bolnaSubject } from "./bolna/subject";
import { Answers } from "./core/answers";
import { interview, type Outcome, type Subject } from "./core/interview";
import { Line, type Listener } from "./core/line";
import { ScratchNames } from "./core/scratch-name";
import { Lag } from "./core/writes";
import { NEEDS_CONSENT, type SwitchReport, type VendorReport } from "./report";
import { zavuSubject } from "./zavu/subject";

/** Consent to scratch accounts, and the signal that ends the run. */
export interface Allowed {
  readonly mayMakeAccounts: boolean;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
  readonly onCall?: Listener | undefined;
}

type Ask = (vendor: AnyVendor, settings: Settings, run: Run, allowed: Allowed) => Promise<Asked>;

/** The vendors with questions: a vendor need have none, and is then told of as not examined. */
const asks = {
  bctrl: asking(bctrlSubject, switchMarks.bctrl),
  bolna: asking(bolnaSubject, switchMarks.bolna),
  zavu: asking(zavuSubject, switchMarks.zavu),
} satisfies Partial<Record<VendorName, Ask>>;

/** A vendor with questions. */
export type AskedVendor = keyof typeof asks;

/** The names of the vendors with questions. */
export const askedVendors = Object.keys(asks) as readonly AskedVendor[];

/** A vendor's report, and whether the person ended it. */
interface Asked {
  readonly report: VendorReport;
  readonly wasInterrupted: boolean;
}

/** Asks one vendor; undefined where this command has no questions for it. */
export function askVendor(
  vendor: AnyVendor,
  settings: Settings,
  run: Run,
  allowed: Allowed,
): Promise<Asked> | undefined {
  const name = askedVendors.find((each) => each === vendor.name);
  return name && asks[name](vendor, settings, run, allowed);
}

function asking<Switches extends object>(
  subject: Subject<Switches>,
  ofSwitches: Readonly<Record<string, Mark>>,
) {
  return async (vendor: AnyVendor, settings: Settings, run: Run, allowed: Allowed): Promise<Asked> => {
    const { signal, onCall } = allowed;
    const line = new Line({ run, send: vendor.rawWith(settings, run), signal, onCall });
    const answers = new Answers<Switches>();
    const outcome = await interview(
      subject,
      {
        line,
        answers,
        names: new ScratchNames(vendor.name, settings.apiKey),
        lag: new Lag(line),
        apiVersion: settings.apiVersion,
        made: new Map(),
        ended: new Set(),
      },
      allowed,
    );
    const switches = Object.entries(ofSwitches).map(([name, mark]) =>
      switchReport(name, mark, answers, { ...outcome, ...allowed }),
    );
    const { accounts, problems, wasInterrupted } = outcome;
    const { name, title } = vendor;
    const { baseUrl } = settings;
    const report = {
      vendor: name,
      title,
      baseUrl,
      calls: line.calls,
      facts: answers.facts,
      switches,
      accounts,
      problems,
    };
    return { report, wasInterrupted };
  };
}

function switchReport<Switches extends object>(
  name: string,
  mark: Mark,
  answers: Answers<Switches>,
  { mayMakeAccounts, problems }: Pick<Allowed, "mayMakeAccounts"> & Pick<Outcome, "problems">,
): SwitchReport {
  if (typeof mark === "object") return { name, state: "not observable", because: mark.notObservable };
  const answer = answers.get(name);
  if (answer !== undefined) return { name, ...answer };
  if (mark === "scratch" && !mayMakeAccounts) return { name, state: "not asked", because: NEEDS_CONSENT };
  return { name, state: "not asked", because: problems[0] ?? "no reply of this run led to it" };
}
