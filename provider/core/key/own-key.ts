import type { OwnKey } from "../account/kind";
import type { Context } from "../contract/resource";
import { issueKey, KEY_NAME, type KeyApi, keysOfSecret } from "./keys";

/** Interim. */
export function ownKey(keys: KeyApi, _context: Context<unknown>): OwnKey {
  const list = async (id: string) => (await keys.list(id)) ?? [];
  const isWorking = async (id: string, secret: string) => {
    const matches = keysOfSecret(await list(id), secret);
    return matches.length > 0 && matches.every(({ revoked }) => !revoked);
  };
  return {
    async replace(context, id) {
      try {
        const { secret } = await issueKey(context, keys, id, { name: KEY_NAME }, await list(id));
        return { secret };
      } catch (cause) {
        return { secret: null, cause };
      }
    },
    async keep(context, id, secret) {
      if (secret !== null && (await isWorking(id, secret))) return { secret };
      return this.replace(context, id, false);
    },
    check: async (id, secret) => ((await isWorking(id, secret)) ? secret : null),
    hasWorking: async (id) => (await list(id)).some(({ revoked }) => !revoked),
    isUsed: async (id) => (await list(id)).some(({ used }) => used),
    end: async () => false,
  };
}
