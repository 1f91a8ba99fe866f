import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";

/** A comment or an issue. */
interface Text {
  readonly id: number;
  readonly author: string;
  title?: string;
  body: string;
  isOpen: boolean;
}

/** As much of GitHub's or GitLab's API as scripts need that comment on pull request 7 and open issues. */
export interface Forge {
  readonly comments: Text[];
  readonly issues: Text[];
  /** What points a script at it, with a token. */
  readonly env: Record<string, string>;
  close(): Promise<void>;
}

const TOKEN = "token-of-the-job";
/** A token of a person, who has another login than a job. */
export const TOKEN_OF_A_PERSON = "token-of-a-person";

interface Face {
  readonly env: (url: string) => Record<string, string>;
  readonly token: { readonly name: string; readonly header: string; readonly of: (token: string) => string };
  /** The author of what a token writes, and the reply to "who am I?". */
  readonly author: (isJob: boolean) => string;
  readonly user: (isJob: boolean) => readonly [status: number, body: object];
  /** The most characters of a comment or an issue, and the refusal of more. */
  readonly most: number;
  readonly tooLong: readonly [status: number, body: object];
  readonly comments: string;
  readonly issues: string;
  /** The path of one of them, after which its number stands. */
  readonly comment: string;
  readonly update: string;
  readonly open: readonly [name: string, value: string];
  /** How a text is shown, and how it is read. */
  readonly show: (text: Text) => object;
  readonly read: (sent: Record<string, string>) => { body?: string | undefined; isOpen?: boolean };
}

const faces: Record<"github" | "gitlab", Face> = {
  github: {
    env: (url) => ({ GITHUB_API_URL: url, GITHUB_REPOSITORY: "acme/tenants", PULL_REQUEST: "7" }),
    token: { name: "GITHUB_TOKEN", header: "authorization", of: (token) => `Bearer ${token}` },
    author: (isJob) => (isJob ? "github-actions[bot]" : "octocat"),
    // The token of a job is an app's, which has no user.
    user: (isJob) =>
      isJob
        ? [403, { message: "Resource not accessible by integration", status: "403" }]
        : [200, { login: "octocat" }],
    most: 65_536,
    tooLong: [
      422,
      {
        message: "Validation Failed",
        errors: [
          {
            resource: "IssueComment",
            code: "unprocessable",
            field: "data",
            message: "Body is too long (maximum is 65536 characters)",
          },
        ],
      },
    ],
    comments: "/repos/acme/tenants/issues/7/comments",
    comment: "/repos/acme/tenants/issues/comments",
    issues: "/repos/acme/tenants/issues",
    update: "PATCH",
    open: ["state", "open"],
    show: ({ id, title, body, author }) => ({ id, number: id, title, body, user: { login: author } }),
    read: ({ body, state }) => ({ body, ...(state === undefined ? {} : { isOpen: state !== "closed" }) }),
  },
  gitlab: {
    env: (url) => ({ CI_API_V4_URL: url, CI_PROJECT_ID: "12", CI_MERGE_REQUEST_IID: "7" }),
    token: { name: "GITLAB_TOKEN", header: "private-token", of: (token) => token },
    author: (isJob) => (isJob ? "71" : "72"),
    user: (isJob) => [200, { id: isJob ? 71 : 72, username: "project_12_bot" }],
    // https://docs.gitlab.com/administration/instance_limits/#size-of-comments-and-descriptions-of-issues-merge-requests-and-epics
    most: 1_000_000,
    tooLong: [
      400,
      { message: '400 Bad request - Note {:note=>["is too long (maximum is 1000000 characters)"]}' },
    ],
    comments: "/projects/12/merge_requests/7/notes",
    comment: "/projects/12/merge_requests/7/notes",
    issues: "/projects/12/issues",
    update: "PUT",
    open: ["state", "opened"],
    show: ({ id, title, body, author }) => ({
      author: { id: Number(author) },
      ...(title === undefined ? { id, body } : { iid: id, title, description: body }),
    }),
    read: ({ body, description, state_event: event }) => ({
      body: body ?? description,
      ...(event === undefined ? {} : { isOpen: event !== "close" }),
    }),
  },
};

/** Starts one that has `others` comments and open issues of another person, with that text. */
export async function startForge(
  name: keyof typeof faces,
  { others = 0, text = "Something else" } = {},
): Promise<Forge> {
  const face = faces[name];
  const others_ = (title?: string): Text[] =>
    Array.from({ length: others }, (_, id) => ({
      id,
      author: face.author(false),
      ...(title === undefined ? {} : { title }),
      body: text,
      isOpen: true,
    }));
  const comments = others_();
  const issues = others_("Something else");

  const answer = async (request: IncomingMessage): Promise<[status: number, body: unknown]> => {
    const { pathname, searchParams } = new URL(request.url ?? "", "http://forge");
    const { method = "" } = request;
    const token = [TOKEN, TOKEN_OF_A_PERSON].find(
      (each) => request.headers[face.token.header] === face.token.of(each),
    );
    if (token === undefined) return [401, { message: "Bad credentials" }];
    if (pathname === "/user") return [...face.user(token === TOKEN)];
    const kinds = [
      { all: comments, path: face.comments, one: face.comment, isIssue: false },
      { all: issues, path: face.issues, one: face.issues, isIssue: true },
    ];
    const list = kinds.find(({ path }) => path === pathname);
    if (list && method === "GET") {
      const [size, page] = [Number(searchParams.get("per_page")), Number(searchParams.get("page"))];
      const [state, open] = face.open;
      if (list.isIssue && searchParams.get(state) !== open) return [400, { message: "all issues?" }];
      const shown = list.all.filter(({ isOpen }) => isOpen);
      return [200, shown.slice((page - 1) * size, page * size).map(face.show)];
    }
    const sent = JSON.parse(await textOf(request)) as Record<string, string>;
    const { body, isOpen } = face.read(sent);
    if (body !== undefined && body.length > face.most) return [...face.tooLong];
    if (list && method === "POST") {
      if (body === undefined || (list.isIssue && !sent["title"])) return [422, { message: "no text" }];
      const title = sent["title"];
      const author = face.author(token === TOKEN);
      const made = {
        id: list.all.length,
        author,
        ...(title === undefined ? {} : { title }),
        body,
        isOpen: true,
      };
      list.all.push(made);
      return [201, face.show(made)];
    }
    const number = Number(pathname.slice(pathname.lastIndexOf("/") + 1));
    const found = kinds.find(({ one }) => pathname === `${one}/${number}`)?.all[number];
    if (!found || method !== face.update) return [404, { message: "Not Found" }];
    Object.assign(found, body === undefined ? {} : { body }, isOpen === undefined ? {} : { isOpen });
    if (sent["title"] !== undefined) found.title = sent["title"];
    return [200, face.show(found)];
  };

  const server = createServer((request, response) => {
    answer(request).then(
      ([status, body]) => response.writeHead(status).end(JSON.stringify(body)),
      (error) => response.writeHead(500).end(JSON.stringify({ message: String(error) })),
    );
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return {
    comments,
    issues,
    env: { ...face.env(`http://127.0.0.1:${port}`), [face.token.name]: TOKEN },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = "";
  for await (const chunk of request.setEncoding("utf8")) text += chunk;
  return text;
}
