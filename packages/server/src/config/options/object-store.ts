import { environmentName, type OptionSpec, section, upperSnake } from "../option-spec.ts";

export const storeKinds = ["memory", "memory-throttled", "file", "s3", "google", "azure"];

export const storeOptions = section("Object store", [
  {
    name: "object-store",
    type: "enum",
    choices: storeKinds,
    default: "file",
    description:
      "Where data is kept: `memory` loses everything at exit, `file` keeps it in --data-dir, `s3` in --bucket",
  },
  {
    name: "data-dir",
    env: ["INFLUXDB3_DB_DIR", "INFLUXDB3_DATA_DIR"],
    type: "string",
    metavar: "DIR",
    description: "Directory of the `file` store, created when missing. Default: `~/.influxdb`",
  },
  {
    name: "bucket",
    type: "string",
    description: "Bucket or container of a cloud store",
  },
  {
    name: "object-store-cache-dir",
    type: "string",
    metavar: "DIR",
    description:
      "Directory for copies of data files while they are read; `--parquet-mem-cache-size` is its bound. Default: below the system's temporary directory",
  },
]);

export const awsOptions = section("AWS S3", [
  { name: "aws-access-key-id", type: "string", secret: true, description: "Access key" },
  { name: "aws-secret-access-key", type: "string", secret: true, description: "Secret key" },
  { name: "aws-default-region", type: "string", default: "us-east-1", secret: true, description: "Region" },
  {
    name: "aws-endpoint",
    type: "url",
    secret: true,
    description: "Address of an S3-compatible service; one trailing `/` is dropped",
  },
  { name: "aws-session-token", type: "string", secret: true, description: "Session token" },
  { name: "aws-allow-http", type: "boolean", secret: true, description: "Allow an `http://` endpoint" },
  { name: "aws-skip-signature", type: "boolean", secret: true, description: "Send anonymous requests" },
  {
    name: "aws-credentials-file",
    type: "string",
    secret: true,
    description: "JSON file with the keys, read again when they expire",
  },
] as const).map(withVendorEnvironment);

export const googleOptions = section("Google Cloud Storage", [
  { name: "google-service-account", type: "string", secret: true, description: "Path of the key file" },
] as const).map(withVendorEnvironment);

export const azureOptions = section("Microsoft Azure", [
  { name: "azure-storage-account", type: "string", secret: true, description: "Storage account" },
  { name: "azure-storage-access-key", type: "string", secret: true, description: "Access key" },
  { name: "azure-endpoint", type: "string", secret: true, description: "Address of the service" },
  { name: "azure-allow-http", type: "boolean", secret: true, description: "Allow an `http://` endpoint" },
] as const).map(withVendorEnvironment);

/** Cloud credentials come from the variables that the vendors' own tools use. */
function withVendorEnvironment(option: OptionSpec): OptionSpec {
  return { ...option, env: [environmentName(option.name).slice("INFLUXDB3_".length)] };
}

/** The unprefixed names are older: the command line warns and still takes them. */
export const storeConnectionOptions = section("Object store connections", [
  {
    name: "object-store-connection-limit",
    type: "integer",
    minimum: 1,
    default: "64",
    description: "Most connections at a time",
  },
  {
    name: "object-store-http2-only",
    type: "boolean",
    ignored: true,
    description: "S3 is spoken over HTTP/1.1",
  },
  {
    name: "object-store-http2-max-frame-size",
    type: "integer",
    ignored: true,
    description: "S3 is spoken over HTTP/1.1",
  },
  {
    name: "object-store-request-timeout",
    type: "duration",
    default: "30s",
    description: "Deadline of one request",
  },
  {
    name: "object-store-max-retries",
    type: "integer",
    minimum: 0,
    default: "10",
    description: "Attempts after a failed request",
  },
  {
    name: "object-store-retry-timeout",
    type: "duration",
    default: "3min",
    description: "Deadline over all attempts",
  },
  {
    name: "object-store-cache-endpoint",
    type: "url",
    ignored: true,
    description: "Data files are cached in --object-store-cache-dir",
  },
  {
    name: "object-store-tls-allow-insecure",
    type: "boolean",
    description: "Do not check the store's certificate",
  },
  { name: "object-store-tls-ca", type: "string", description: "PEM file with certificates to trust" },
]).map((option) => ({ ...option, env: [...(option.env ?? []), upperSnake(option.name)] }));
