import { expect, it } from "vitest";
import { z } from "zod";
import { usualKeys } from "../../../provider/core/key/usual-keys";
import type { Http } from "../../../provider/core/vendor-io/http";

const shown = { id: "k1", title: "backend", fingerprint: "qb_1", made: "2026-01-05T09:00:00Z", ended: null };

/** The key endpoints of a vendor with words of its own, which answers so, and what was sent to it. */
function open(...replies: unknown[]) {
  const sent: object[] = [];
  const send: Http["send"] = async ({ method, path, query, body, reply }) => {
    sent.push(JSON.parse(JSON.stringify({ call: `${method} ${path}`, query, body })));
    return reply.parse(replies.shift());
  };
  const keys = usualKeys({ send, vendorNowMs: 0 } as Http, {
    path: (id) => `/v2/workspaces/${id}/keys`,
    reply: "made",
    page: { items: "keys", next: "after", cursor: "from", query: { limit: "2" } },
    sends: ["name", "scope"],
    words: {
      name: "title",
      keyPrefix: "fingerprint",
      createdAt: "made",
      revokedAt: "ended",
      secret: "token",
    },
    revoked: z.object({ closed: z.literal(true) }),
  });
  return { keys, sent };
}

it("keys are listed page by page, by the vendor's words", async () => {
  const { keys, sent } = open(
    { keys: [shown], after: "c1" },
    { keys: [{ ...shown, id: "k2", fingerprint: null, ended: "2026-01-06T09:00:00Z" }], after: null },
  );
  expect(await keys.list("ws/1")).toMatchObject({
    items: [
      { id: "k1", name: "backend", prefix: "qb_1", createdAtMs: Date.UTC(2026, 0, 5, 9), revoked: false },
      { id: "k2", prefix: "", use: "unknown", revoked: true },
    ],
    flaw: undefined,
  });
  expect(sent).toEqual([
    { call: "GET /v2/workspaces/ws%2F1/keys", query: { limit: "2" } },
    { call: "GET /v2/workspaces/ws%2F1/keys", query: { limit: "2", from: "c1" } },
  ]);
});

it("a key is made with the arguments that it sends, and revoked by its id", async () => {
  const { keys, sent } = open({ made: { ...shown, token: "qb_1secret" } }, { closed: true }, {});
  const args = { name: "backend", scope: "read", keepers: { a: 1 } };
  expect(await keys.issue("ws1", args, "")).toEqual({
    id: "k1",
    secret: "qb_1secret",
    prefix: "qb_1",
    createdAtMs: Date.UTC(2026, 0, 5, 9),
  });
  await keys.revoke("ws1", "k1");
  expect(sent).toEqual([
    { call: "POST /v2/workspaces/ws1/keys", body: { title: "backend", scope: "read" } },
    { call: "DELETE /v2/workspaces/ws1/keys/k1" },
  ]);
  await expect(keys.revoke("ws1", "k1"), "a reply of another shape proves nothing").rejects.toThrow();
});
