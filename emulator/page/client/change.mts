import type { HandFields, VendorAbout } from "../view.ts";
import { changeAccount, Problem, readFields, removeAccount } from "./calls.mts";
import { byId, made, offer, say } from "./dom.mts";

type Field = HandFields["fields"][number];
type Control = HTMLInputElement | HTMLSelectElement;

const dialog = byId("change", HTMLDialogElement);
const place = byId("change-fields", HTMLElement);
const problem = byId("change-problem", HTMLElement);

/** What the open dialog is about. */
let open:
  | { vendor: string; id: string; name: string; controls: Map<Field, Control>; changed(): void }
  | undefined;

/** Lets a person change an account behind the programs' back. */
export async function openChange(
  vendor: VendorAbout,
  { id, name }: { id: string; name: string },
  changed: () => void,
): Promise<void> {
  const { fields } = await readFields(vendor.name, id).catch((): HandFields => ({ fields: [] }));
  // It is gone: the next poll shows that.
  if (fields.length === 0) return;
  const controls = new Map(fields.map((field, index) => [field, controlOf(field, `field-${index}`)]));
  open = { vendor: vendor.name, id, name, controls, changed };
  place.replaceChildren(
    ...[...controls].flatMap(([{ label, unset }, control]) => {
      const shown = made("label", unset === undefined ? label : `${label} (empty: ${unset})`);
      shown.htmlFor = control.id;
      return [shown, control];
    }),
  );
  say(byId("change-title", HTMLElement), `Change ${name} at ${vendor.title}`);
  say(problem, "");
  dialog.showModal();
}

function controlOf({ kind, value }: Field, id: string): Control {
  const control = made(typeof kind === "string" ? "input" : "select");
  control.id = id;
  if (control instanceof HTMLSelectElement) {
    // A word that is not documented stays what it is until another one is chosen.
    const words = typeof kind === "string" || kind.includes(value) ? kind : [value, ...kind];
    offer(
      control,
      [...words].map((word) => ({ value: word, text: word })),
    );
  } else if (kind === "number") control.inputMode = "numeric";
  control.value = value;
  return control;
}

async function carryOut(act: (account: NonNullable<typeof open>) => Promise<unknown>): Promise<void> {
  if (open === undefined) return;
  try {
    await act(open);
    dialog.close();
    open.changed();
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    say(problem, error.message);
  }
}

byId("change-cancel", HTMLButtonElement).addEventListener("click", () => dialog.close());
dialog.addEventListener("submit", (event) => {
  event.preventDefault();
  void carryOut(({ vendor, id, controls }) => {
    const changed = [...controls].filter(([{ value }, control]) => control.value !== value);
    const texts = Object.fromEntries(changed.map(([{ name }, control]) => [name, control.value]));
    return changeAccount(vendor, id, texts);
  });
});
byId("change-remove", HTMLButtonElement).addEventListener("click", () => {
  if (open === undefined || !confirm(`Remove ${open.name} and its keys for good?`)) return;
  void carryOut(({ vendor, id }) => removeAccount(vendor, id));
});
