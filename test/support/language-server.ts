import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { createRequire } from "node:module";

/** What a language server says of a place in a file. */
export interface Completion {
  readonly label: string;
  readonly documentation?: string | { readonly value: string } | undefined;
}

/** The YAML language server that editors run, over its standard streams. */
export class YamlServer {
  readonly #server: ChildProcessWithoutNullStreams;
  readonly #waiting = new Map<number, (result: unknown) => void>();
  readonly #diagnostics = new Map<string, (messages: string[]) => void>();
  #left = Buffer.alloc(0);
  #sequence = 0;

  private constructor() {
    const program = createRequire(__filename).resolve("yaml-language-server/bin/yaml-language-server");
    this.#server = spawn(process.execPath, [program, "--stdio"]);
    this.#server.stdout.on("data", (chunk: Buffer) => this.#receive(chunk));
  }

  static async start(): Promise<YamlServer> {
    const server = new YamlServer();
    await server.#ask("initialize", { processId: null, rootUri: null, capabilities: {} });
    server.#tell("initialized", {});
    return server;
  }

  /** Opens a text as a file. @returns what the server has against it */
  open(uri: string, text: string): Promise<string[]> {
    const told = new Promise<string[]>((resolve) => this.#diagnostics.set(uri, resolve));
    this.#tell("textDocument/didOpen", { textDocument: { uri, languageId: "yaml", version: 1, text } });
    return told;
  }

  /** The completions at a place; both count from 0. */
  async complete(uri: string, line: number, character: number): Promise<Completion[]> {
    const found = await this.#ask("textDocument/completion", {
      textDocument: { uri },
      position: { line, character },
    });
    return (found as { items: Completion[] }).items;
  }

  /** The text that an editor shows over a place. */
  async hover(uri: string, line: number, character: number): Promise<string> {
    const found = await this.#ask("textDocument/hover", {
      textDocument: { uri },
      position: { line, character },
    });
    return (found as { contents: { value: string } } | null)?.contents.value ?? "";
  }

  stop(): void {
    this.#server.kill();
  }

  #ask(method: string, params: object): Promise<unknown> {
    this.#sequence += 1;
    const id = this.#sequence;
    this.#send({ id, method, params });
    return new Promise((resolve) => this.#waiting.set(id, resolve));
  }

  #tell(method: string, params: object): void {
    this.#send({ method, params });
  }

  #send(message: object): void {
    const body = JSON.stringify({ jsonrpc: "2.0", ...message });
    this.#server.stdin.write(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
  }

  #receive(chunk: Buffer): void {
    this.#left = Buffer.concat([this.#left, chunk]);
    for (;;) {
      const head = this.#left.indexOf("\r\n\r\n");
      const length = Number(
        /Content-Length: (\d+)/.exec(this.#left.toString("utf8", 0, Math.max(head, 0)))?.[1],
      );
      if (head < 0 || this.#left.length < head + 4 + length) return;
      const message = JSON.parse(this.#left.toString("utf8", head + 4, head + 4 + length));
      this.#left = this.#left.subarray(head + 4 + length);
      this.#handle(message);
    }
  }

  #handle(message: { id?: number; method?: string; params?: unknown; result?: unknown }): void {
    const { id, method, params } = message;
    if (method === "textDocument/publishDiagnostics") {
      const { uri, diagnostics } = params as { uri: string; diagnostics: { message: string }[] };
      this.#diagnostics.get(uri)?.(diagnostics.map((each) => each.message));
    } else if (id !== undefined) {
      this.#waiting.get(id)?.(message.result);
      this.#waiting.delete(id);
    }
  }
}
