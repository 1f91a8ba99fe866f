import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";

/** The built script of the page: beside this file, or, where this is a source, in `dist`. */
const file = [
  join(__dirname, "client.js"),
  resolve(__dirname, "../../../dist/cli/report/page/client.js"),
].find((each) => existsSync(each));

/** The script of the page. @throws Error if the package is not built */
export function scriptText(): string {
  if (file === undefined) throw new Error("the page is not built: npm run build");
  return readFileSync(file, "utf8");
}
