import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";

/** The built scripts of the page: beside this file, or, where this is a source, in `dist`. */
const folder = [join(__dirname, "client"), resolve(__dirname, "../../dist/emulator/page/client")].find(
  (each) => existsSync(join(each, "main.mjs")),
);

/** A script of the page. @throws Error if the package is not built or there is no such file */
export function scriptText(name: string): string {
  if (folder === undefined) throw new Error("the page is not built: npm run build");
  return readFileSync(join(folder, name), "utf8");
}
