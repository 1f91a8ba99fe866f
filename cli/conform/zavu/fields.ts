import { makeFirstBy } from "../core/interview";
import { TOO_FEW } from "../core/line";
import { at, has, isOk, unset } from "../core/replies";
import {
  METADATA,
  ODD_END,
  tellClamp,
  tellMergeNull,
  tellMetadata,
  tellMetadataShown,
  tellNormalization,
} from "../core/writes";
import { create, type Made, of, patch, shown, type ZavuTalk } from "./calls";

/** Makes the first account, and measures how long it takes to be shown. @throws SubaccountsError */
export async function makeFirst(talk: ZavuTalk): Promise<Made> {
  const { line, answers } = talk;
  const { made, account } = await makeFirstBy("Zavu", talk, create, async ({ id }) =>
    at((await line.get(of(id))).body, "subAccount"),
  );
  const reads = unset(account, "creditLimit");
  const because = `creditLimit that was never set is ${reads}`;
  answers.tellOr("unsetReadsAs", reads, because, "creditLimit that was never set has a value");
  return made;
}

/** Asks how limits and metadata are stored, by three PATCHes, each read back. */
export async function askFields(talk: ZavuTalk, { id }: Made): Promise<void> {
  const { answers } = talk;
  const set = async (body: object) => {
    const reply = at((await patch(talk, id, body)).body, "subAccount");
    return { reply, read: await shown(talk, id) };
  };
  const zero = await set({ creditLimit: 0, metadata: METADATA.first });
  tellMetadataShown(answers, has(zero.reply, "metadata"), has(zero.read, "metadata"));
  const first = await set({ creditLimit: 500, metadata: METADATA.second });
  tellMetadata(answers, at(first.read, "metadata"));
  const isMerged = answers.value("metadata") === "merge";
  const second = await set({ creditLimit: 700, ...(isMerged && { metadata: METADATA.third }) });
  if (isMerged) tellMergeNull(answers, at(second.read, "metadata"));
  const limit = (account: unknown) => at(account, "creditLimit");
  tellClamp(answers, "clampCreditLimit", "clampEchoes", {
    sent: [500, 700],
    stored: [limit(first.read), limit(second.read)],
    reply: { to: 1, showed: limit(second.reply) },
  });
  tellZero(talk, zero.read);
}

function tellZero({ answers }: ZavuTalk, account: unknown): void {
  const clamp = answers.get("clampCreditLimit");
  const isStored = clamp?.state === "told" && (clamp.value === undefined || clamp.value === 0);
  const reads = at(account, "creditLimit") === 0 ? 0 : unset(account, "creditLimit");
  const because = `creditLimit: 0 reads ${reads}`;
  answers.tellOr(
    "zeroLimitReadsAs",
    isStored ? reads : undefined,
    because,
    "a limit of 0 is not stored as it is",
  );
}

/** A PATCH without fields, and names: changed, empty, as before. */
export async function askNames(talk: ZavuTalk, { id, name }: Made): Promise<void> {
  const { answers } = talk;
  const empty = await patch(talk, id, {});
  answers.tellBy("emptyPatch", empty, { ok: "ok", 400: 400 }, "a PATCH without fields");
  const odd = name + ODD_END;
  const renamed = await patch(talk, id, { name: odd });
  if (isOk(renamed)) tellNormalization(answers, odd, at(await shown(talk, id), "name"));
  else answers.cannotTell(["normalizes"], `a PATCH of the name was answered ${renamed.status}`);
  const nameless = await patch(talk, id, { name: "" });
  answers.tellBy("emptyName", nameless, { ok: "accept", 400: 400 }, "an empty name");
  await patch(talk, id, { name });
}

/** Lengths that vendors use for their longest name. */
const LENGTHS = [100, 128, 150, 200, 255, 256, 300, 500, 512, 1_000, 1_024];

/** The longest name, where it is at a usual length. The documented one is tried first. */
export async function askLongestName(talk: ZavuTalk, { id, name }: Made): Promise<void> {
  const { line, answers } = talk;
  const fits = async (length: number) =>
    isOk(await patch(talk, id, { name: `${name}-`.padEnd(length, "x") }));
  let [low, high] = [-1, LENGTHS.length];
  let middle = LENGTHS.indexOf(200);
  while (high - low > 1 && line.left > 2) {
    const length = LENGTHS[middle] ?? 0;
    if (!(await fits(length))) high = middle;
    else if (await fits(length + 1)) low = middle;
    else {
      const because = `a name of ${length} characters was taken, of ${length + 1} not`;
      answers.tell("patchNameMaxLength", length, because);
      return;
    }
    middle = Math.floor((low + high) / 2);
  }
  const why = high - low > 1 ? TOO_FEW : "the longest name is at no usual length";
  answers.cannotTell(["patchNameMaxLength"], why);
}
