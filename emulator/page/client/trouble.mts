import type { About, State, VendorAbout } from "../view.ts";
import { addFault, changeSettings, clearFaults, Problem } from "./calls.mts";
import { byId, made, offer, say } from "./dom.mts";

const form = byId("fault-form", HTMLFormElement);
const list = byId("faults", HTMLElement);
const clear = byId("clear-faults", HTMLButtonElement);
const problem = byId("trouble-problem", HTMLElement);
const inputs = new Map<string, { rate: HTMLInputElement; latency: HTMLInputElement }>();

const control = (name: string): HTMLInputElement | HTMLSelectElement => {
  const found = form.elements.namedItem(name);
  if (found instanceof HTMLInputElement || found instanceof HTMLSelectElement) return found;
  throw new Error(`the page has no ${name}`);
};
const select = (name: string): HTMLSelectElement => {
  const found = control(name);
  if (found instanceof HTMLSelectElement) return found;
  throw new Error(`${name} is no select`);
};

async function carryOut(call: Promise<unknown>, changed: () => void): Promise<void> {
  try {
    await call;
    say(problem, "");
    changed();
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    say(problem, error.message);
  }
}

/** Lets a person script faults and set rates and latencies. */
export function prepareTrouble({ faults, vendors }: About, changed: () => void): void {
  const all = vendors.map(({ name, title }) => ({ value: name, text: title }));
  offer(select("vendor"), [...all, { value: "*", text: "every vendor" }]);
  offer(
    select("fault"),
    faults.map(({ name }) => ({ value: name, text: name })),
  );
  const explain = () => {
    say(
      byId("fault-what", HTMLElement),
      faults.find(({ name }) => name === select("fault").value)?.what ?? "",
    );
    const routes = vendors.filter(({ name }) => [name, "*"].includes(select("vendor").value));
    byId("routes", HTMLDataListElement).replaceChildren(
      ...routes
        .flatMap((vendor) => vendor.routes)
        .map((route) => Object.assign(made("option"), { value: route })),
    );
  };
  form.addEventListener("input", explain);
  explain();
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const route = control("route").value.trim();
    const parts = ["vendor", "fault", "count"].map((name) => control(name).value.trim());
    void carryOut(addFault([...parts, ...(route === "" ? [] : [route])].join(":")), changed);
  });
  clear.addEventListener("click", () => void carryOut(clearFaults(), changed));
  for (const vendor of vendors) addSettings(vendor, changed);
}

function addSettings({ name, title }: VendorAbout, changed: () => void): void {
  const row = made("form", "", "line");
  row.setAttribute("aria-label", `Rate and latency of ${title}`);
  const number = (text: string, max: string) => {
    const label = made("label", `${text} `);
    const input = made("input");
    Object.assign(input, { type: "number", min: "0", max, placeholder: "none" });
    label.append(input);
    row.append(label);
    return input;
  };
  const rate = number(`${title}: calls a minute`, "1000000");
  const latency = number("latency, ms", "600000");
  const button = made("button", "Set");
  button.setAttribute("aria-label", `Set rate and latency of ${title}`);
  row.append(button);
  row.addEventListener("submit", (event) => {
    event.preventDefault();
    const asked = rate.value === "" ? null : Number(rate.value);
    void carryOut(changeSettings(name, asked, Number(latency.value || 0)), changed);
  });
  byId("settings", HTMLElement).append(row);
  inputs.set(name, { rate, latency });
}

const settled = new Map<string, string>();

/** Shows the faults that wait, and the settings where they are not as they were shown. */
export function showTrouble({ faults, vendors }: State): void {
  if (list.dataset["shown"] !== faults.join("\n")) {
    list.dataset["shown"] = faults.join("\n");
    list.replaceChildren(...faults.map((fault) => made("li", fault)));
  }
  clear.hidden = faults.length === 0;
  for (const { name, rate, latencyMs } of vendors) {
    const text = `${rate} ${latencyMs}`;
    const shown = inputs.get(name);
    if (shown === undefined || settled.get(name) === text) continue;
    settled.set(name, text);
    shown.rate.value = rate === null ? "" : String(rate);
    shown.latency.value = latencyMs === 0 ? "" : String(latencyMs);
  }
}
