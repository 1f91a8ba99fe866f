import type {
  EnforcementLevel,
  PolicyConfigSchema,
  PolicyResource,
  ResourceValidationArgs,
  ResourceValidationPolicy,
  StackValidationArgs,
  StackValidationPolicy,
} from "@pulumi/policy";
import { type Account, accountOf, placeOf, TENANT } from "./account";
import { type Key, keyOf } from "./key";

/** The documentation of a policy, beside the fields that Pulumi asks for. */
export interface About {
  /** Its inputs, and when it runs. */
  readonly sees: string;
  /** Its limits. */
  readonly cannotSee: string;
  /** Its handling of a value that is not known yet. */
  readonly unknown: string;
  /** An example of its configuration. */
  readonly example: Readonly<Record<string, unknown>>;
}

/** A policy before it checks anything: its name, its schema, and what the documentation says of it. */
export interface Described {
  readonly name: string;
  readonly description: string;
  readonly enforcementLevel: EnforcementLevel;
  readonly configSchema: PolicyConfigSchema;
  readonly about: About;
}

/** A policy over each account by itself, which stops a run before the account is touched. */
export type AccountPolicy = Described & ResourceValidationPolicy;

/** A policy over all accounts of a stack, which runs when the preview, or the `up`, is done with them. */
export type StackPolicy = Described & StackValidationPolicy;

/** All accounts, keys and tenants of a stack, in the order of their URNs. */
export interface Stack {
  readonly accounts: readonly Account[];
  readonly keys: readonly Key[];
  readonly tenants: readonly PolicyResource[];
  /** Undefined for a stack without resources. */
  readonly place: ReturnType<typeof placeOf> | undefined;
}

/** Tells of a violation; with a URN where it is about one resource of a stack. */
export type Report = (message: string, urn?: string) => void;

/** A policy that checks each account by itself. */
export function accountPolicy<Config extends object>(
  described: Described,
  check: (account: Account, config: Config, report: Report) => void,
): AccountPolicy {
  return {
    ...described,
    validateResource: (args: ResourceValidationArgs, report) => {
      const account = accountOf(args);
      if (account === undefined) return;
      const config = args.getConfig<Config>();
      reportStrayKeys(described, config, report);
      check(account, config, report);
    },
  };
}

/** A policy that checks all accounts of a stack together. */
export function stackPolicy<Config extends object>(
  described: Described,
  check: (stack: Stack, config: Config, report: Report) => void,
): StackPolicy {
  return {
    ...described,
    validateStack: (args: StackValidationArgs, report) => {
      const config = args.getConfig<Config>();
      reportStrayKeys(described, config, report);
      check(stackOf(args.resources), config, report);
    },
  };
}

function stackOf(all: readonly PolicyResource[]): Stack {
  // Pulumi hands them over in no order.
  const resources = all.toSorted((one, other) => (one.urn < other.urn ? -1 : 1));
  const [first] = resources;
  return {
    accounts: resources.map(accountOf).filter((account) => account !== undefined),
    keys: resources.map(keyOf).filter((key) => key !== undefined),
    tenants: resources.filter(({ type }) => type === TENANT),
    place: first && placeOf(first.urn),
  };
}

/** Pulumi passes over a key that the schema does not have, so that a misspelt one would switch off what it is for. */
function reportStrayKeys({ name, configSchema }: Described, config: object, report: Report): void {
  const known = Object.keys(configSchema.properties);
  for (const key of Object.keys(config)) {
    if (known.includes(key)) continue;
    report(
      `the configuration of ${name} has a key ${JSON.stringify(key)}, which it does not know. Its keys are ${known.join(", ")}`,
    );
  }
}
