import { createHash } from "node:crypto";
import { Progress } from "../base/progress";
import { Redactor } from "../base/redact";
import type { Run } from "../base/run";
import { keySource, type Settings } from "./config";
import { fleetShareOf } from "./fleet-share";
import { Http } from "./http";
import { RateBudget } from "./rate-budget";
import { sealOf } from "./seal";
import type { Fleet } from "./shared-settings";
import type { Vendor } from "./vendor";

/** A vendor's client, and a name for "the same vendor with the same credentials" within this process. */
export interface Connection<Client> {
  readonly client: Client;
  /** Knows the key that calls are made with; a reply that repeats it is masked. */
  readonly credentials: Redactor;
  /** A hash: not secret, and equal for two connection names with the same settings, whatever their API version. */
  readonly key: string;
  readonly apiVersion: string | undefined;
  /** How long the vendor's rate limit may make one call wait in all, in milliseconds. */
  readonly maxWaitMs: number;
  readonly allowedOrganizations: readonly string[] | undefined;
  readonly checksAllKeys: boolean;
  readonly fleet: Fleet | undefined;
  readonly progress: Progress;
}

/** The client for some settings, one per run, so that resources share sockets, listings and rate limits. */
export function connect<Client>(vendor: Vendor<Client>, settings: Settings, run: Run): Connection<Client> {
  const { apiKey, baseUrl, apiVersion } = settings;
  const key = createHash("sha256")
    .update(JSON.stringify([vendor.name, baseUrl, apiKey]))
    .digest("base64url")
    .slice(0, 16);
  const maxWaitMs = settings.maxWaitMs ?? run.world.timeLimits.maxWaitMs;
  const progress = run.shared(`progress ${key}`, () => new Progress());
  const credentials = run.shared(`credentials ${key}`, () => new Redactor());
  credentials.add(apiKey);
  if (fleetShareOf(run)) sealOf(run, key, apiKey);
  const http = run.shared(`http ${key}`, () =>
    httpOf(vendor, settings, run, { key, credentials, maxWaitMs, progress }),
  );
  const client = run.shared(`client ${key} ${apiVersion}`, () => vendor.client(http, apiVersion));
  const { allowedOrganizations, checksAllKeys, fleet } = settings;
  return {
    client,
    credentials,
    key,
    apiVersion,
    maxWaitMs,
    allowedOrganizations,
    checksAllKeys,
    fleet,
    progress,
  };
}

function httpOf<Client>(
  vendor: Vendor<Client>,
  settings: Settings,
  run: Run,
  {
    key,
    credentials,
    maxWaitMs,
    progress,
  }: Pick<Connection<Client>, "key" | "credentials" | "maxWaitMs" | "progress">,
): Http {
  const { apiKey, baseUrl, baseUrlSource, proxy, caution, apiVersion } = settings;
  const { title, rateLimit: documented } = vendor;
  run.redactor.add([apiKey, proxy?.secrets]);
  if (caution) run.warn(caution);
  if (vendor.keyShape) run.redactor.addShape(vendor.keyShape);
  const share = fleetShareOf(run);
  const shared = share && { share, key };
  const options = {
    run,
    budget: new RateBudget({ run, title, documented, progress: () => progress.text(), shared }),
    maxWaitMs,
    title,
    baseUrl,
    baseUrlSource,
    proxy,
    headers: vendor.authHeaders(apiKey),
    credentials,
    decodeFailure: vendor.decodeFailure,
  };
  // A vendor may ask about the key to advise; that call is tried once and gets no advice of its own.
  const plain = vendor.client(
    new Http({ ...options, isTriedOnce: true, advice: async () => undefined }),
    apiVersion,
  );
  const aboutKey = new Map<string, Promise<string | undefined>>();
  return new Http({
    ...options,
    advice: async (status, failure) => {
      const isOfKey = (status === 401 || status === 403) && !vendor.isOfPlan?.(failure.code ?? "");
      if (!isOfKey) return vendor.advice(status, failure, plain);
      // One question for all calls that are refused alike.
      const what = `${status} ${failure.code}`;
      const advice = aboutKey.get(what) ?? vendor.advice(status, failure, plain);
      aboutKey.set(what, advice);
      const strange = isStrange(apiKey, vendor)
        ? `. It does not look like a key of ${title}: it may be another vendor's`
        : "";
      return `${(await advice) ?? "Check the key"}${strange}. The key came from ${keySource(settings)}`;
    },
  });
}

/** Whether a key is not like those that the vendor documents. It is refused by the vendor alone: their shape may change. */
function isStrange<Client>(apiKey: string, { keyShape }: Vendor<Client>): boolean {
  return keyShape !== undefined && apiKey.search(keyShape) !== 0;
}
