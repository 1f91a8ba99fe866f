/** The element with this id. @throws Error if the page has none of that kind */
export function byId<Kind extends HTMLElement>(id: string, kind: new () => Kind): Kind {
  const found = document.getElementById(id);
  if (found instanceof kind) return found;
  throw new Error(`the page has no ${id}`);
}

/** A new element with a text, never with markup. */
export function made<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  text = "",
  className = "",
): HTMLElementTagNameMap[Name] {
  const element = document.createElement(name);
  if (text !== "") element.textContent = text;
  if (className !== "") element.className = className;
  return element;
}

/** Sets a text where it is another one, so that a screen reader is not told of what stays. */
export function say(element: HTMLElement, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}

/** A `select` of these values, which keeps the value that is selected. */
export function offer(select: HTMLSelectElement, options: readonly { value: string; text: string }[]): void {
  const selected = select.value;
  select.replaceChildren(
    ...options.map(({ value, text }) => {
      const option = made("option", text);
      option.value = value;
      return option;
    }),
  );
  if (options.some(({ value }) => value === selected)) select.value = selected;
}

/** `1 account`, `2 accounts`. */
export const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? "" : "s"}`;
