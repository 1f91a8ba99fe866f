/**
 * Where Pulumi's engine listens: it starts a dynamic-provider process with its address as the last argument. Undefined
 * in a process that it did not start.
 */
export function engineAddress(): { readonly host: string; readonly port: number } | undefined {
  const [, host, port] = /^(\[[\da-f:]+\]|[\w.-]+):(\d+)$/i.exec(process.argv.at(-1) ?? "") ?? [];
  return host === undefined ? undefined : { host: host.replace(/^\[|\]$/g, ""), port: Number(port) };
}
