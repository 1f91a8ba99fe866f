import { fork } from "node:child_process";
import { createServer, type IncomingMessage } from "node:http";
import { text } from "node:stream/consumers";
import { InvalidRequest, parseCustomer, parseId } from "./customers.ts";
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
  if (route === "POST") return { do: "create", customer: parseCustomer(await text(request)) };
  if (route === "DELETE id") return { do: "remove", id: parseId(id ?? "") };
  return route === "POST id unlock" ? { do: "unlock", id: parseId(id ?? "") } : undefined;
}

async function answer(request: IncomingMessage): Promise<Outcome> {
  try {
    const task = await taskOf(request);
    return task ? await run(task) : { status: 404, body: { error: "no such route" } };
  } catch (error) {
    if (error instanceof InvalidRequest) return { status: 400, body: { error: error.message } };
    throw error;
  }
}

const server = createServer(async (request, response) => {
  const { status, body } = await answer(request).catch((error: unknown): Outcome => {
    console.error(error);
    return { status: 500, body: { error: "the request could not be read" } };
  });
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
});
// Who may call it is your back end's to decide: it only listens on this machine.
server.listen(Number(process.env["PORT"] ?? 3000), "127.0.0.1", () => {
  const address = server.address();
  console.log(`http://127.0.0.1:${typeof address === "object" ? address?.port : ""}/tenants`);
});
