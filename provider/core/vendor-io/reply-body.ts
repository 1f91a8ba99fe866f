import type { Readable } from "node:stream";
import { promisify } from "node:util";
import { brotliDecompress, inflateRaw, unzip } from "node:zlib";

/** The longest body that is read, in bytes, both as sent and decoded; one page of any vendor is far below it. */
const MAX_BODY_BYTES = 8 * 1024 * 1024;

const TOO_LONG = `it is longer than ${MAX_BODY_BYTES / 1024 / 1024} MiB`;

type Decoder = (bytes: Buffer, options: { maxOutputLength: number }) => Promise<Buffer>;

const decodeZip: Decoder = promisify(unzip);
const decodeRaw: Decoder = promisify(inflateRaw);
const decodeBrotli: Decoder = promisify(brotliDecompress);

/** The text of a reply's body, or why it cannot be had. */
export type Body =
  | { readonly text: string; readonly flaw?: undefined }
  | { readonly text?: undefined; readonly flaw: string };

/**
 * Reads a reply's body and undoes its `content-encoding`, which a CDN may apply unasked. Stops reading, and closes the
 * connection, at 8 MiB.
 *
 * @throws what the socket fails with.
 */
export async function readBody(stream: Readable, encoding: string | undefined): Promise<Body> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_BODY_BYTES) return { flaw: TOO_LONG };
    chunks.push(chunk);
  }
  let bytes: Buffer = Buffer.concat(chunks);
  try {
    // The last of several was applied last.
    for (const coding of size === 0 ? [] : (encoding ?? "").split(",").reverse()) {
      const decoded = await decode(bytes, coding.trim().toLowerCase());
      if (decoded === undefined)
        return { flaw: "its content-encoding is not supported (gzip, deflate and br are)" };
      bytes = decoded;
    }
  } catch (error) {
    return { flaw: isTooLong(error) ? TOO_LONG : "its content-encoding cannot be decoded" };
  }
  return { text: new TextDecoder().decode(bytes) };
}

async function decode(bytes: Buffer, coding: string): Promise<Buffer | undefined> {
  const options = { maxOutputLength: MAX_BODY_BYTES };
  switch (coding) {
    case "":
    case "identity":
      return bytes;
    case "gzip":
    case "x-gzip":
      return decodeZip(bytes, options);
    case "deflate":
      // With a zlib header, as the standard says, or without one, as some servers send it.
      return decodeZip(bytes, options).catch((error: unknown) => {
        if (isTooLong(error)) throw error;
        return decodeRaw(bytes, options);
      });
    case "br":
      return decodeBrotli(bytes, options);
    default:
      return undefined;
  }
}

function isTooLong(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ERR_BUFFER_TOO_LARGE";
}
