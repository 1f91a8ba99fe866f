/**
 * Brings a report to where it is read, on GitHub or GitLab, by the mark in its first line. Only texts of the token's own
 * user are replaced: anybody can write a comment that begins with the mark.
 * - `node scripts/publish.mjs comment <file>`: the one comment on the pull request, made or replaced;
 * - `node scripts/publish.mjs issue <file>`: the one open issue, opened or replaced;
 * - `node scripts/publish.mjs close <file>`: closes that issue, if there is one.
 */
import { existsSync, readFileSync } from "node:fs";

process.on("uncaughtException", ({ message, cause }) =>
  fault(`${message}${cause ? ` (${cause.message})` : ""}`),
);

const [what, file] = process.argv.slice(2);
const body = existsSync(file) ? readFileSync(file, "utf8") : "";
const [mark = "", heading = ""] = body.split("\n");
if (mark.trim() === "") fault(`${file} is empty or missing: the report was not made, and nothing is posted`);
const title = heading.replace(/^#+ |`/g, "");
const env = process.env;
const { collection, headers, whoAmI } = env.GITHUB_REPOSITORY ? github() : gitlab();

const author = await whoAmI();
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
  // The token of a job (or of another app) has no user to ask for, and writes as a bot.
  const whoAmI = async () => {
    const { status, json } = await send("GET", `${need("GITHUB_API_URL")}/user`);
    if (status === 200) return json.login;
    return env.BOT_LOGIN || "github-actions[bot]";
  };
  const common = { textOf: ({ body }) => body, authorOf: ({ user }) => user?.login, update: "PATCH" };
  return { headers, whoAmI, collection: { ...collection, ...common } };
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
  const whoAmI = async () => (await call("GET", `${need("CI_API_V4_URL")}/user`)).id;
  const common = { authorOf: ({ author }) => author?.id, update: "PUT" };
  return { headers, whoAmI, collection: { ...collection, ...common } };
}

async function find() {
  for (let page = 1; ; page += 1) {
    const all = await call("GET", `${collection.url}?${collection.query ?? ""}per_page=100&page=${page}`);
    const one = all.find(
      (each) =>
        collection.authorOf(each) === author && collection.textOf(each)?.split(/\r?\n/, 1)[0] === mark,
    );
    if (one || all.length < 100) return one;
  }
}

async function call(method, url, content) {
  const { status, json } = await send(method, url, content);
  if (status >= 200 && status < 300) return json;
  const why = [json.message, ...(json.errors ?? []).map((each) => each.message)].filter(Boolean);
  throw new Error(
    `${method} ${new URL(url).pathname} answered ${status} ${JSON.stringify(why.join(": "))}: may the token write ${what === "comment" ? "comments" : "issues"}?`,
  );
}

async function send(method, url, content) {
  const response = await fetch(url, {
    method,
    headers: { ...headers, ...(content ? { "content-type": "application/json" } : {}) },
    ...(content ? { body: JSON.stringify(content) } : {}),
  });
  return { status: response.status, json: await response.json().catch(() => ({})) };
}

function need(name) {
  const value = env[name];
  if (value) return value;
  throw new Error(`${name} is not set`);
}

/** Ends with one line: nothing more is sent. */
function fault(why) {
  console.error(`error: ${why.replace(/\s+/g, " ")}`);
  process.exit(1);
}
