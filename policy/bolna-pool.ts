import { isSecret, label } from "./core/account";
import { declared, limitsOf } from "./core/limit";
import { stackPolicy } from "./core/policy";
import { read } from "./core/reading";

interface Config {
  readonly pool?: number;
  readonly connections?: Readonly<Record<string, number>>;
}

/** The limits that draw from the pool: the calls of an account, or its guaranteed minimum. */
const SHARES = ["allowConcurrentCalls", "minConcurrency"];

const size = { type: "integer", minimum: 0 } as const;

/** The concurrent calls that Bolna's accounts are given come from one pool of the organization. */
export const bolnaPool = stackPolicy<Config>(
  {
    name: "bolna-pool",
    description: "Bolna's accounts together take no more concurrent calls than the organization's pool has.",
    enforcementLevel: "mandatory",
    configSchema: {
      properties: {
        pool: {
          ...size,
          description:
            "calls at once that the accounts of a connection may take together, unless it is listed",
        },
        connections: {
          type: "object",
          description: "the same by the name of a connection",
          additionalProperties: size,
        },
      },
    },
    about: {
      sees: "the declared `allowConcurrentCalls` or `minConcurrency`, and `connection` of all Bolna accounts of the stack, at the end of the preview and of the `up`",
      cannotSee:
        "what the organization's pool has, and what other stacks and accounts made outside take of it: configure what is left for this stack",
      unknown: "is a violation: the sum is reported with what is missing in it",
      example: { pool: 50, connections: { eu: 10 } },
    },
  },
  ({ accounts }, { pool, connections = {} }, report) => {
    const ofBolna = accounts.filter(({ vendor }) => vendor === "bolna");
    const sums = new Map<string, { calls: number; isHidden: boolean; missing: string[] }>();
    for (const account of ofBolna) {
      const reading = read(account.props, "connection");
      if (!reading.isKnown) {
        report(
          `${label(account)}: connection is not known yet, and so neither is whose pool it takes from. Give it a value that a preview knows`,
          account.urn,
        );
        continue;
      }
      const connection = typeof reading.value === "string" ? reading.value : "";
      const sum = sums.get(connection) ?? { calls: 0, isHidden: false, missing: [] };
      sums.set(connection, sum);
      for (const limit of limitsOf(account).filter(({ path }) => SHARES.includes(path))) {
        const found = declared(account, limit);
        if (typeof found === "number") sum.calls += found;
        if (isSecret(account, limit.path)) sum.isHidden = true;
        if (typeof found !== "number") sum.missing.push(`${label(account)}: ${limit.path}`);
      }
    }
    for (const [connection, { calls, isHidden, missing }] of sums) {
      const shown = isHidden ? "a secret number of" : calls;
      const of = connection === "" ? "the default connection" : `connection ${JSON.stringify(connection)}`;
      const most = Object.hasOwn(connections, connection) ? connections[connection] : pool;
      if (most === undefined) {
        report(`bolna-pool has no size for ${of}. Configure pool or connections, or disable the policy`);
        continue;
      }
      if (missing.length > 0) {
        report(
          `the sum of ${of} cannot be known: it is ${shown} calls at once or more, and at most ${most} are allowed. Missing: ${missing.join("; ")}. Give these values that a preview knows`,
        );
      }
      if (calls > most) {
        report(
          `the Bolna accounts of ${of} take ${shown} calls at once together; at most ${most} are allowed. Lower allowConcurrentCalls or minConcurrency of some, or let the pool be enlarged`,
        );
      }
    }
  },
);
