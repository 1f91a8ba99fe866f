import { fork } from "node:child_process";
import { createServer, type IncomingMessage } from "node:http";
import { json } from "node:stream/consumers";
import type { Outcome, Task } from "./run.ts";

/** Runs at a time: each is this program, a Pulumi engine and a provider, some 400 MB together. */
const AT_ONCE = Number(process.env["RUNS_AT_ONCE"] ?? 4);

let running = 0;
const waiting: (() => void)[] = [];

/** Carries out a task in a process of its own. */
async function run(task: Task): Promise<Outcome> {
  if (running >= AT_ONCE) await new Promise<void>((resolve) => waiting.push(resolve));
  else running += 1;
  try {
    return await new Promise<Outcome>((resolve) => {
      const child = fork(new URL("./run.ts", import.meta.url));
      child.once("message", (outcome: Outcome) => resolve(outcome));
      child.once("exit", () => resolve({ status: 500, body: { error: "the run ended without an answer" } }));
      child.send(task);
    });
  } finally {
    const next = waiting.shift();
    if (next) next();
    else running -= 1;
  }
}

/** `GET /tenants`, `POST /tenants` with a customer, `DELETE /tenants/<id>`, `POST /tenants/<id>/unlock`. */
async function taskOf(request: IncomingMessage): Promise<Task | undefined> {
  const [, path, id, verb] = (request.url ?? "").split("/");
  if (path !== "tenants") return undefined;
  const route = `${request.method}${id ? " id" : ""}${verb ? ` ${verb}` : ""}`;
  if (route === "GET") return { do: "list" };
  if (route === "POST") {
    const { id, name, tier } = (await json(request)) as Record<string, unknown>;
    return { do: "create", customer: { id: String(id), name: String(name), tier: String(tier) } };
  }
  if (route === "DELETE id") return { do: "remove", id: String(id) };
  return route === "POST id unlock" ? { do: "unlock", id: String(id) } : undefined;
}

const server = createServer(async (request, response) => {
  const task = await taskOf(request).catch(() => undefined);
  const { status, body } = task ? await run(task) : { status: 404, body: { error: "no such route" } };
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
});
// Who may call it is your back end's to decide: it only listens on this machine.
server.listen(Number(process.env["PORT"] ?? 3000), "127.0.0.1", () => {
  const address = server.address();
  console.log(`http://127.0.0.1:${typeof address === "object" ? address?.port : ""}/tenants`);
});
