import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ExportSplitter } from "../../../cli/keys/export-splitter";

/** The resources and the rest of a text that comes in pieces of so many characters. */
function split(text: string, size = text.length) {
  const resources: unknown[] = [];
  const splitter = new ExportSplitter((each) => resources.push(JSON.parse(each)));
  for (let at = 0; at < text.length; at += size) splitter.push(text.slice(at, at + size));
  return { resources, rest: splitter.end() };
}

const resource = fc.dictionary(fc.string(), fc.jsonValue());
const state = fc.record({
  version: fc.constant(3),
  deployment: fc.record({
    manifest: fc.jsonValue(),
    resources: fc.array(resource, { maxLength: 5 }),
    pending_operations: fc.array(fc.record({ resource, resources: fc.array(resource) })),
  }),
});

describe("the resources of an export", () => {
  it("are those that JSON has, with the same rest, in pieces of any size and with any blanks", () => {
    fc.assert(
      fc.property(
        state,
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 0, max: 4 }),
        (each, size, indent) => {
          const { resources, rest } = split(JSON.stringify(each, undefined, indent), size);
          const read = JSON.parse(JSON.stringify(each));
          expect(resources).toEqual(read.deployment.resources);
          expect(JSON.parse(rest)).toEqual({ ...read, deployment: { ...read.deployment, resources: [] } });
        },
      ),
    );
  });

  it.each(['{"deployment":{"resources":[1,{"a":1}]}}', '{"deployment":{"resources":[{"a":1} x]}}'])(
    "are no list of resources where something else stands among them: %s",
    (text) => {
      expect(() => JSON.parse(split(text).rest)).toThrow();
    },
  );

  it("are not those of a list elsewhere", () => {
    const text = '{"resources":[{"a":1}],"deployment":{"x":{"resources":[{"b":1}]}}}';
    expect(split(text)).toEqual({ resources: [], rest: text });
  });
});
