import { createRequire } from "node:module";
import provider from "@pulumi/pulumi/proto/provider_pb.js";
import status from "@pulumi/pulumi/proto/status_pb.js";

// Pulumi's own copies: messages of another copy of these libraries are not accepted by its stubs.
const pulumi = createRequire(createRequire(import.meta.url).resolve("@pulumi/pulumi"));
/** The gRPC library that Pulumi uses. */
export const grpc: typeof import("@grpc/grpc-js") = pulumi("@grpc/grpc-js");
const { Struct }: typeof import("google-protobuf/google/protobuf/struct_pb.js") = pulumi(
  "google-protobuf/google/protobuf/struct_pb",
);
/** The message without fields. */
export const { Empty }: typeof import("google-protobuf/google/protobuf/empty_pb.js") = pulumi(
  "google-protobuf/google/protobuf/empty_pb",
);

/** The properties of a resource on the wire: what a protobuf Struct can hold. */
export type Props = Record<string, unknown>;
type WireStruct = InstanceType<typeof Struct>;

/** The key and the value that mark `{ [secretKey]: secretSignature, value }` as a secret. */
export const secretKey = "4dabf18193072939515e22adb298388d";
/** See {@link secretKey}. */
export const secretSignature = "1b47061264138c4ac30d75fd1eb44270";
/** What a provider gets in place of a value that is not known yet. */
export const unknownValue = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** Encodes properties as the engine does. */
export function toStruct(props: Props): WireStruct {
  // A JSON round trip drops what the engine never sends, such as undefined, and fixes the type.
  return Struct.fromJavaScript(JSON.parse(JSON.stringify(props)));
}

/** Decodes properties; none are an empty record. */
export function fromStruct(struct: WireStruct | undefined): Props {
  return struct?.toJavaScript() ?? {};
}

/** A resource that exists, but is not as asked: what a partial failure of create or update says. */
export interface InitFailure {
  id: string;
  properties: Props;
  reasons: string[];
}

/** A call that the dynamic provider answered with an error. */
export class ProviderCallError extends Error {
  override name = "ProviderCallError";
  /** The gRPC status: 2 (unknown) for what a handler throws, 14 (unavailable) when the process is gone. */
  readonly code: number;
  /** Present when the resource was saved in spite of the failure. */
  readonly initFailure: InitFailure | undefined;

  constructor(message: string, code: number, initFailure: InitFailure | undefined) {
    super(message);
    this.code = code;
    this.initFailure = initFailure;
  }
}

/** Turns the error of a gRPC call into one with its details decoded. */
export function toCallError(error: import("@grpc/grpc-js").ServiceError): ProviderCallError {
  const [packed] = error.metadata.get("grpc-status-details-bin");
  return new ProviderCallError(
    error.details,
    error.code,
    Buffer.isBuffer(packed) ? unpack(packed) : undefined,
  );
}

function unpack(packed: Buffer): InitFailure | undefined {
  for (const any of status.Status.deserializeBinary(packed).getDetailsList()) {
    if (any.getTypeName() !== "pulumirpc.ErrorResourceInitFailed") continue;
    const detail = provider.ErrorResourceInitFailed.deserializeBinary(any.getValue_asU8());
    return {
      id: detail.getId(),
      properties: fromStruct(detail.getProperties()),
      reasons: detail.getReasonsList(),
    };
  }
  return undefined;
}
