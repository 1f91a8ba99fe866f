import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { resolve } from "node:path";
import { createInterface } from "node:readline";
import type * as pulumi from "@pulumi/pulumi";
import { describe, expect, expectTypeOf, it } from "vitest";
import type { z } from "zod";
import { absentOf } from "../../../generate/hover.mts";
import { isOptional } from "../../../generate/typescript.mts";
import type { Description, Field } from "../../../provider/core/contract/description";
import { vendors } from "../../../provider/vendors";
import type * as sdk from "../../../sdk";

type Vendors = typeof vendors;
type Classes = Pick<typeof sdk, keyof Vendors>;
/** The values that a check takes, as the schema of a description has them. */
type Checked<Resource> = Resource extends { readonly args: infer Schema extends z.ZodType }
  ? Loose<z.output<Schema>>
  : never;
/** The arguments of a class. */
type ArgsOf<Class> = Class extends new (
  name: string,
  args: infer Args,
  opts?: infer _,
) => unknown
  ? Args
  : never;
/** Of every resource of every vendor: whether each of the two takes all values of the other. */
type Comparisons = {
  [Vendor in keyof Vendors]: {
    [Kind in Exclude<keyof Vendors[Vendor], "vendor">]: IsSame<
      Checked<Vendors[Vendor][Kind]>,
      Kind extends keyof Classes[Vendor] ? Loose<Declared<ArgsOf<Classes[Vendor][Kind]>>> : "no such class"
    >;
  };
};
type IsSame<One, Other> = [One] extends [Other] ? ([Other] extends [One] ? true : One) : Other;
type AllTrue = { [Vendor in keyof Vendors]: { [Kind in Exclude<keyof Vendors[Vendor], "vendor">]: true } };
/** The same for comparison: each key may be left out, and a record or any JSON value has a name of its own. */
type Loose<T> = z.core.util.JSONType extends T
  ? "any JSON value"
  : T extends readonly (infer Item)[]
    ? readonly Loose<Item>[]
    : T extends object
      ? string extends keyof T
        ? "a record"
        : { readonly [Key in keyof T]?: Loose<T[Key]> | undefined }
      : T;
/** The values that a program declares, once all of them are known; of arguments in sets each may be left out. */
type Declared<Args> = {
  readonly [Name in AllKeys<Args>]?: pulumi.Unwrap<ValueOf<Args, Name>> | undefined;
};
type AllKeys<Union> = Union extends unknown ? keyof Union : never;
type ValueOf<Union, Name> = Union extends unknown ? (Name extends keyof Union ? Union[Name] : never) : never;

describe("the arguments of a class", () => {
  it("are those that the description checks, each with the same type", () => {
    expectTypeOf<Comparisons>().toEqualTypeOf<AllTrue>();
  });
});

const root = resolve(__dirname, "../../..");
const tsserver = createRequire(__filename).resolve("typescript/lib/tsserver.js");
/** The characters that version 0.2.0 had to say of an argument. */
const baseline: Readonly<Record<string, number>> = JSON.parse(
  readFileSync(resolve(root, "test/fixtures/hovers.json"), "utf8"),
);

/** Every argument of every class, and every key of one that is an object, by the interface that declares it. */
const fields: [string, Field][] = Object.entries(vendors).flatMap(([vendor, { vendor: _, ...kinds }]) =>
  Object.entries(kinds).flatMap(([kind, { description }]: [string, { description: Description }]) =>
    Object.entries(description.args as Readonly<Record<string, Field>>).flatMap(([name, field]) => {
      const set = field.set === undefined ? undefined : description.sets?.[field.set]?.name;
      return [
        [`${vendor}.${set ?? `${kind}Args`}.${name}`, field] as [string, Field],
        ...(field.shapes ?? []).flatMap((shape) =>
          Object.entries(shape.keys).map(([key, inner]): [string, Field] => [
            `${vendor}.${shape.name}.${key}`,
            inner,
          ]),
        ),
      ];
    }),
  ),
);

/** A program that reads each argument once, a line each. */
const program = [
  `import type { ${Object.keys(vendors).join(", ")} } from "../../sdk";`,
  "declare function args<T>(): T;",
  ...fields.map(([path]) => {
    const [vendor, type, name] = path.split(".");
    return `args<${vendor}.${type}>().${name};`;
  }),
].join("\n");

/** Asks a TypeScript server, as an editor does, what it shows of each argument. */
async function hovers(): Promise<string[]> {
  const server = spawn(process.execPath, [tsserver, "--disableAutomaticTypingAcquisition"], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const file = resolve(root, "test/fixtures/hovers.ts");
  let sequence = 0;
  const ask = (command: string, args: object): number => {
    sequence += 1;
    server.stdin.write(`${JSON.stringify({ seq: sequence, type: "request", command, arguments: args })}\n`);
    return sequence;
  };
  ask("open", { file, fileContent: program, projectRootPath: root });
  const asked = program
    .split("\n")
    .flatMap((line, index) =>
      line.startsWith("args<")
        ? [ask("quickinfo", { file, line: index + 1, offset: line.lastIndexOf(".") + 2 })]
        : [],
    );
  const shown = new Map<number, string>();
  for await (const line of createInterface({ input: server.stdout })) {
    if (!line.startsWith("{")) continue;
    const { request_seq: about, body } = JSON.parse(line);
    if (asked.includes(about)) shown.set(about, String(body?.documentation ?? ""));
    if (shown.size === asked.length) server.kill();
  }
  return asked.map((about) => shown.get(about) ?? "");
}

/** A text without links and line ends. */
const plain = (text: string) => text.replace(/\{@link (\w+) ?\}/g, "$1").replace(/\s+/g, " ");

describe("the hover of an argument, as a TypeScript server has it", () => {
  it("holds its sentence, its unit, what absent, null and 0 do, and no less than version 0.2.0 said", {
    timeout: 60_000,
  }, async () => {
    const shown = await hovers();
    const lacking = fields.flatMap(([path, field], index) => {
      const text = plain(shown[index] ?? "");
      const parts = [field.doc, field.unit, field.null, field.zero];
      if (isOptional(field.schema)) parts.push(absentOf(field));
      const missing = parts.filter((part) => part !== undefined && !text.includes(plain(part)));
      const least = baseline[path] ?? 0;
      return [
        ...missing.map((part) => `${path} lacks: ${part}`),
        ...(text.length < 0.8 * least ? [`${path} has ${text.length} characters, had ${least}`] : []),
      ];
    });
    expect(lacking).toEqual([]);
    // Of an optional limit all of it is there to be compared.
    expect(shown[fields.findIndex(([path]) => path === "zavu.SubAccountArgs.creditLimit")]).toContain(
      "- Unit: whole US cents",
    );
  });
});
