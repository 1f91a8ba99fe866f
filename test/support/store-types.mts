import { type Props, secretKey, secretSignature } from "./provider-messages.mts";

/** A type of resource, as far as a rotation meets what its provider does. */
interface StoreType {
  id(props: Props, version: number): string;
  /** Where applications read it; undefined where they do not. */
  address?(props: Props): string;
  /** What they read there; undefined where it holds no keys. */
  text?(props: Props): string;
  /** Outputs beside the inputs. */
  outputs?(props: Props, version: number): Props;
  /** Inputs as the provider keeps them. */
  check?(inputs: Props): Props;
  /** What a refresh finds in place of properties. */
  read?(props: Props): Props;
  /** Properties of which a change replaces the resource, under these settings of its provider. */
  replaces?(settings: ReadonlySet<string>): string[];
  /** A replacement deletes before it creates. */
  readonly deletesFirst?: true;
  /** A deleted resource leaves what applications read. */
  readonly outlives?: true;
  /** A refused update is reported as done. */
  readonly hidesRefusal?: true;
}

const text = (value: unknown): string => String(value);
const base64 = (value: unknown) => Buffer.from(text(value)).toString("base64");
const arnOf = (name: unknown) => `arn:aws:secretsmanager:eu-central-1:123456789012:secret:${name}`;
const metadata = ({ metadata }: Props) => metadata as { name: string; namespace: string };

export const storeTypes: Readonly<Record<string, StoreType>> = {
  // terraform-provider-vault: vault/resource_kv_secret_v2.go
  "vault:kv/secretV2:SecretV2": {
    id: ({ mount, name }) => `${mount}/data/${name}`,
    address: ({ mount, name }) => `${mount}/${name}`,
    text: ({ dataJson }) => text(dataJson),
    outputs: ({ mount, name, dataJson }) => ({
      path: `${mount}/data/${name}`,
      data: JSON.parse(text(dataJson)),
    }),
  },
  // pulumi-kubernetes: provider/pkg/provider/diff.go and the end of Diff in provider.go
  "kubernetes:core/v1:Secret": {
    id: (props) => `${metadata(props).namespace}/${metadata(props).name}`,
    address: (props) => `${metadata(props).namespace}/${metadata(props).name}`,
    text: ({ stringData }) => JSON.stringify(stringData),
    outputs: ({ stringData }) => ({
      data: Object.fromEntries(
        Object.entries(stringData as Props).map(([key, value]) => [key, base64(value)]),
      ),
    }),
    replaces: (settings) => (settings.has("enableSecretMutable") ? [] : ["stringData"]),
    deletesFirst: true,
  },
  "kubernetes:external-secrets.io/v1:ExternalSecret": {
    id: (props) => `${metadata(props).namespace}/${metadata(props).name}`,
  },
  // terraform-provider-aws: internal/service/secretsmanager/secret.go and secret_version.go
  "aws:secretsmanager/secret:Secret": {
    id: ({ name }) => arnOf(name),
    address: ({ name }) => arnOf(name),
  },
  "aws:secretsmanager/secretVersion:SecretVersion": {
    id: ({ secretId }, version) => `${secretId}|${version}`,
    address: ({ secretId }) => text(secretId),
    text: ({ secretString }) => text(secretString),
    replaces: () => ["secretString"],
    outlives: true, // AWSCURRENT cannot be taken off a version
  },
  // pulumi-pulumiservice 1.3.0: provider/pkg/resources/environment.go
  "pulumiservice:index:Environment": {
    id: ({ organization, project, name }) => `${organization}/${project}/${name}`,
    address: ({ organization, project, name }) => `${organization}/${project}/${name}`,
    text: ({ yaml }) => text(yaml),
    check: (inputs) => ({
      ...inputs,
      yaml: { [secretKey]: secretSignature, value: plainText(inputs["yaml"]) },
    }),
    outputs: (_, revision) => ({ revision }),
    read: () => ({ yaml: "as the service encrypts it" }),
    hidesRefusal: true,
  },
};

/** The key by which the wire marks values that are no plain ones, and what it holds for an asset. */
const ASSET = "c44067f5952c0a294b673a41bacd8c17";

/** A value without its marks: of a secret what it hides, of an asset its text. */
export function plainText(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map(plainText);
  const { [secretKey]: mark, value: inner, text } = value as Props;
  if (mark === secretSignature) return plainText(inner);
  if (mark === ASSET) return text;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, plainText(each)]));
}
