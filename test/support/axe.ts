import axe from "axe-core";
import type { Page } from "playwright-core";

/** Runs axe on a page. @returns each rule that is broken, and the first element that breaks it */
export async function violationsOf(page: Page): Promise<[rule: string, html: string | undefined][]> {
  await page.evaluate(axe.source);
  return page.evaluate(async () => {
    const { violations } = await Reflect.get(globalThis, "axe").run();
    return violations.map(({ id, nodes }: { id: string; nodes: { html: string }[] }) => [id, nodes[0]?.html]);
  });
}
