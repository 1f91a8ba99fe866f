import { expect, it } from "vitest";
import { z } from "zod";
import { accountsOf } from "../../../emulator/core/declared";
import { member, metadata } from "../../../emulator/core/members";
import { asTexts, textMetadata } from "../../../emulator/core/metadata";

const { wire } = accountsOf(
  {
    id: member(z.string(), "ten_1", { wire: "tenant_id" }),
    name: member(z.string(), "Seeded", { wire: "label" }),
    metadata: member(metadata.nullable(), null, { wire: "tags", shown: asTexts }),
    phase: member(z.string(), "live"),
    secret: member(z.string(), "s", { secret: true }),
    used: member(z.int(), 0, { wire: null }),
  },
  {},
);
const stored = {
  id: "ten_1",
  name: "Acme",
  metadata: { crm: { id: 1 }, tier: "{gold" },
  phase: "live",
  secret: "s",
  used: 7,
};
const sent = { label: "Acme", tags: { crm: '{"id":1}', tier: "{gold" } };

it("a reply has the vendor's names and forms, and nothing that is secret or in no reply", () => {
  expect(wire.shown(stored)).toEqual({ tenant_id: "ten_1", phase: "live", ...sent });
  const unset = { ...stored, metadata: null };
  expect(wire.shown(unset)).toHaveProperty("tags", null);
  expect(wire.shown(unset, { unsetReadsAs: "absent" })).not.toHaveProperty("tags");
});

it("a body is stored under the names of members, without what is not sent", () => {
  const body = wire.body(z.strictObject({ label: z.string().optional(), tags: textMetadata.optional() }));
  expect(body.parse(sent)).toEqual({ name: stored.name, metadata: stored.metadata });
  expect(body.parse({})).toEqual({});
});
