import * as pulumi from "@pulumi/pulumi";

/** A resource as a program registers it with the engine. */
export interface Registration {
  readonly type: string;
  readonly name: string;
  readonly inputs: Readonly<Record<string, unknown>>;
  /** Aliases as the engine is told of them: URNs, or parts of one. */
  readonly aliases: readonly (string | object)[];
  readonly ignoreChanges: readonly string[];
}

/** The part of the engine's gRPC request that is read here. */
interface Request {
  getType(): string;
  getName(): string;
  getAliasesList(): { getUrn(): string; getSpec(): { toObject(): object } | undefined }[];
  getIgnorechangesList(): string[];
}

/**
 * Runs a program under Pulumi's mocks.
 *
 * @param program returns an output that is known once everything is registered.
 * @returns what it registers, the owner of the stack apart.
 */
export async function registrationsOf(program: () => pulumi.Output<unknown>): Promise<Registration[]> {
  const inputs = new Map<string, Readonly<Record<string, unknown>>>();
  await pulumi.runtime.setMocks(
    {
      call: () => ({}),
      newResource: ({ type, name, inputs: given }) => {
        inputs.set(`${type} ${name}`, given);
        return { id: type.endsWith(":Owner") ? "owner-id" : `${name}-id`, state: given };
      },
    },
    "shop",
    "dev",
  );
  const requests: Request[] = [];
  const monitor = pulumi.runtime.getMonitor() as unknown as {
    registerResource: (request: Request, done: unknown) => Promise<void>;
  };
  const register = monitor.registerResource.bind(monitor);
  monitor.registerResource = (request, done) => {
    requests.push(request);
    return register(request, done);
  };
  await resolved(program());
  await pulumi.runtime.disconnect();
  return requests
    .filter((request) => !request.getType().endsWith(":Owner"))
    .map((request) => ({
      type: request.getType(),
      name: request.getName(),
      inputs: inputs.get(`${request.getType()} ${request.getName()}`) ?? {},
      aliases: request.getAliasesList().map((alias) => alias.getSpec()?.toObject() ?? alias.getUrn()),
      ignoreChanges: request.getIgnorechangesList(),
    }));
}

/** The value of an output, or why there is none. */
function resolved<T>(output: pulumi.Output<T>): Promise<T> {
  return (output as unknown as { promise(): Promise<T> }).promise();
}
