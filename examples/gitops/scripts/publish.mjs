/**
 * Brings a report to where it is read, on GitHub or GitLab, by the mark in its first line:
 * - `node scripts/publish.mjs comment <file>`: the one comment on the pull request, made or replaced;
 * - `node scripts/publish.mjs issue <file>`: the one open issue, opened or replaced;
 * - `node scripts/publish.mjs close <file>`: closes that issue, if there is one.
 */
import { readFileSync } from "node:fs";

const [what, file] = process.argv.slice(2);
const body = readFileSync(file, "utf8");
const [mark = "", heading = ""] = body.split("\n");
const title = heading.replace(/^#+ |`/g, "");
const env = process.env;
const { collection, headers } = env.GITHUB_REPOSITORY ? github() : gitlab();

const found = await find();
if (what !== "close") {
  const content = collection.contentOf({ title, body });
  await (found
    ? call(collection.update, collection.path(found), content)
    : call("POST", collection.url, content));
} else if (found) await call(collection.update, collection.path(found), collection.closed);

function github() {
  const base = `${need("GITHUB_API_URL")}/repos/${need("GITHUB_REPOSITORY")}/issues`;
  const headers = { authorization: `Bearer ${need("GITHUB_TOKEN")}`, accept: "application/vnd.github+json" };
  const collection =
    what === "comment"
      ? {
          url: `${base}/${need("PULL_REQUEST")}/comments`,
          path: ({ id }) => `${base}/comments/${id}`,
          contentOf: ({ body }) => ({ body }),
        }
      : {
          url: base,
          query: "state=open&",
          path: ({ number }) => `${base}/${number}`,
          contentOf: (content) => content,
          closed: { state: "closed" },
        };
  return { headers, collection: { ...collection, textOf: ({ body }) => body, update: "PATCH" } };
}

function gitlab() {
  const base = `${need("CI_API_V4_URL")}/projects/${need("CI_PROJECT_ID")}`;
  const headers = { "private-token": need("GITLAB_TOKEN") };
  const notes = () => `${base}/merge_requests/${need("CI_MERGE_REQUEST_IID")}/notes`;
  const collection =
    what === "comment"
      ? {
          url: notes(),
          path: ({ id }) => `${notes()}/${id}`,
          contentOf: ({ body }) => ({ body }),
          textOf: ({ body }) => body,
        }
      : {
          url: `${base}/issues`,
          query: "state=opened&",
          path: ({ iid }) => `${base}/issues/${iid}`,
          contentOf: ({ title, body }) => ({ title, description: body }),
          textOf: ({ description }) => description,
          closed: { state_event: "close" },
        };
  return { headers, collection: { ...collection, update: "PUT" } };
}

async function find() {
  for (let page = 1; ; page += 1) {
    const all = await call("GET", `${collection.url}?${collection.query ?? ""}per_page=100&page=${page}`);
    const [one] = all.filter((each) => collection.textOf(each)?.split(/\r?\n/, 1)[0] === mark);
    if (one || all.length < 100) return one;
  }
}

async function call(method, url, content) {
  const response = await fetch(url, {
    method,
    headers: { ...headers, ...(content ? { "content-type": "application/json" } : {}) },
    ...(content ? { body: JSON.stringify(content) } : {}),
  });
  if (response.ok) return response.json();
  const { message } = await response.json().catch(() => ({}));
  throw new Error(
    `${method} ${new URL(url).pathname} answered ${response.status} ${JSON.stringify(message ?? "")}: may the token write ${what === "comment" ? "comments" : "issues"}?`,
  );
}

function need(name) {
  const value = env[name];
  if (value) return value;
  throw new Error(`${name} is not set`);
}
