import { availableParallelism } from "node:os";
import { Command } from "commander";
import { startEmulator } from "pulumi-subaccounts/emulator";
import { type DynamicProvider, startDynamicProvider } from "../support/dynamic-provider.mts";
import { startShareForTests } from "../support/fleet-share.mts";

/**
 * `npm run bench:rate`: creates accounts in Pulumi's real provider processes under a rate limit that the vendor enforces,
 * and compares the time with what the limit allows. In real time: 2,000 accounts at 600 a minute take over three minutes.
 * Several processes share the rate as the shards of a fleet do, or with `--alone` know nothing of each other.
 */
const options = new Command("bench:rate")
  .option("--n <accounts>", "how many accounts", "2000")
  .option("--limit <requests>", "requests a window", "600")
  .option("--window <seconds>", "length of the vendor's window", "60")
  .option("--processes <count>", "provider processes", "1")
  .option("--alone", "each process has its own budget")
  .parse()
  .opts<{ n: string; limit: string; window: string; processes: string; alone?: true }>();
const [count, limit, processes] = [Number(options.n), Number(options.limit), Number(options.processes)];
const windowMs = Number(options.window) * 1_000;
// As many operations at a time as Pulumi sends by itself.
const parallel = 4 * availableParallelism();

const emulator = await startEmulator({
  zavu: { enforceRateLimit: true, requestsPerMinute: limit, rateWindowMs: windowMs },
});
const share = processes > 1 && !options.alone ? await startShareForTests(processes) : undefined;
const env = { ZAVU_BASE_URL: emulator.zavu.url, ZAVUDEV_API_KEY: emulator.zavu.apiKey, ...share?.env };
const providers = await Promise.all(Array.from({ length: processes }, () => startDynamicProvider({ env })));
const left = Array.from({ length: count }, (_, index) => index);

async function work(provider: DynamicProvider): Promise<void> {
  for (let index = left.shift(); index !== undefined; index = left.shift()) {
    const urn = `urn:pulumi:dev::bench::pulumi-nodejs:dynamic/subaccounts/zavu:SubAccount::t${index}`;
    await provider.create({
      __provider: 'exports.handler=()=>require("pulumi-subaccounts/provider").zavuSubAccount;',
      __owner: `bench ${urn}`,
      name: `Tenant ${index}`,
      externalId: `tenant-${index}`,
    });
  }
}

try {
  for (const provider of providers) await provider.configure({});
  await Promise.all(providers.flatMap((provider) => Array.from({ length: parallel }, () => work(provider))));
  const times = emulator.requests.map(({ at }) => at.getTime());
  const refused = emulator.requests.filter(({ status }) => status === 429).length;
  const calls = times.length - refused;
  const [startMs = 0, endMs = 0] = [Math.min(...times), Math.max(...times)];
  // The vendor counts in whole windows: so many of them are full before the last call can come.
  const windows = Math.ceil(calls / limit) - 1;
  const allowedMs = windows === 0 ? 0 : (Math.floor(startMs / windowMs) + windows) * windowMs - startMs;
  const seconds = (ms: number): string => (ms / 1000).toFixed(1);
  console.log(
    [
      `accounts: ${emulator.zavu.accounts().length} of ${count}, ${processes} processes, ${parallel} operations at a time in each`,
      `calls: ${calls}, refused: ${refused}, limit: ${limit} in ${options.window} s`,
      `time: ${seconds(endMs - startMs)} s, allowed by the limit: ${seconds(allowedMs)} s` +
        `${allowedMs > 0 ? `, of the rate: ${((100 * allowedMs) / (endMs - startMs)).toFixed(1)} %` : ""}`,
    ].join("\n"),
  );
  for (const provider of providers) if (provider.stderr()) console.log(provider.stderr());
  if (emulator.zavu.accounts().length !== count) process.exitCode = 1;
} finally {
  for (const provider of providers) await provider.close();
  await share?.close();
  await emulator.close();
}
