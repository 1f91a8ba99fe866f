import { availableParallelism } from "node:os";
import { Command } from "commander";
import { startEmulator } from "pulumi-subaccounts/emulator";
import { startDynamicProvider } from "../support/dynamic-provider.mts";

/**
 * `npm run bench:rate`: creates accounts in Pulumi's real provider process under a rate limit that the vendor enforces,
 * and compares the time with what the limit allows. In real time: 2,000 accounts at 600 a minute take over three minutes.
 */
const MINUTE_MS = 60_000;

const options = new Command("bench:rate")
  .option("--n <accounts>", "how many accounts", "2000")
  .option("--limit <requests>", "requests a minute", "600")
  .parse()
  .opts<{ n: string; limit: string }>();
const [count, limit] = [Number(options.n), Number(options.limit)];
// As many operations at a time as Pulumi sends by itself.
const parallel = 4 * availableParallelism();

const emulator = await startEmulator({ zavu: { enforceRateLimit: true, requestsPerMinute: limit } });
const provider = await startDynamicProvider({
  env: { ZAVU_BASE_URL: emulator.zavu.url, ZAVUDEV_API_KEY: emulator.zavu.apiKey },
});
try {
  await provider.configure({});
  const left = Array.from({ length: count }, (_, index) => index);
  const worker = async (): Promise<void> => {
    for (let index = left.shift(); index !== undefined; index = left.shift()) {
      const urn = `urn:pulumi:dev::bench::pulumi-nodejs:dynamic/subaccounts/zavu:SubAccount::t${index}`;
      await provider.create({
        __provider: 'exports.handler=()=>require("pulumi-subaccounts/provider").zavuSubAccount;',
        __owner: `bench ${urn}`,
        name: `Tenant ${index}`,
        externalId: `tenant-${index}`,
      });
    }
  };
  await Promise.all(Array.from({ length: parallel }, worker));
  const times = emulator.requests.map(({ at }) => at.getTime());
  const [startMs = 0, endMs = 0] = [Math.min(...times), Math.max(...times)];
  // The vendor counts in whole minutes: so many of them are full before the last call can come.
  const minutes = Math.ceil(times.length / limit) - 1;
  const allowedMs = minutes === 0 ? 0 : (Math.floor(startMs / MINUTE_MS) + minutes) * MINUTE_MS - startMs;
  const refused = emulator.requests.filter(({ status }) => status === 429).length;
  const seconds = (ms: number): string => (ms / 1000).toFixed(1);
  console.log(
    [
      `accounts: ${emulator.zavu.accounts().length} of ${count}, ${parallel} operations at a time`,
      `calls: ${times.length}, refused: ${refused}, limit: ${limit} a minute`,
      `time: ${seconds(endMs - startMs)} s, allowed by the limit: ${seconds(allowedMs)} s` +
        `${allowedMs > 0 ? `, ratio ${((endMs - startMs) / allowedMs).toFixed(3)}` : ""}`,
    ].join("\n"),
  );
  if (emulator.zavu.accounts().length !== count) process.exitCode = 1;
} finally {
  await provider.close();
  await emulator.close();
}
