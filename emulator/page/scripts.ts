import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";

/** The built scripts of the page: beside this file, or, where this is a source, in `dist`. */
const folder = [join(__dirname, "client"), resolve(__dirname, "../../dist/emulator/page/client")].find(
  (each) => existsSync(join(each, "main.mjs")),
);

/** A script of the page; undefined where there is none of that name. @throws Error if the package is not built */
export function scriptText(name: string): string | undefined {
  if (folder === undefined) throw new Error("the page is not built: npm run build");
  const file = join(folder, name);
  return existsSync(file) ? readFileSync(file, "utf8") : undefined;
}
