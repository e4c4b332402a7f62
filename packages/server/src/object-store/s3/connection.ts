import { readFileSync } from "node:fs";
import { rootCertificates } from "node:tls";
import type { S3Client } from "@aws-sdk/client-s3";
import type { S3Config } from "../../config/index.ts";
import { systemReason } from "../../foundation/index.ts";
import type { CredentialsFile, SdkCredentials } from "./credentials.ts";

type Sdk = typeof import("@aws-sdk/client-s3");

export interface S3Connection {
  readonly sdk: Sdk;
  readonly client: S3Client;
}

const CONNECT_TIMEOUT_MS = 5_000;

/** Loads the SDK, which takes time and memory that servers without S3 do not spend. */
export async function connect(config: S3Config, file: CredentialsFile | undefined): Promise<S3Connection> {
  const sdk = await import("@aws-sdk/client-s3");
  const sockets = { keepAlive: true, maxSockets: config.connectionLimit };
  const compatible = config.endpoint !== undefined;
  const credentials = sdkCredentials(config, file);
  const client = new sdk.S3Client({
    region: config.region,
    ...(config.endpoint === undefined ? {} : { endpoint: config.endpoint }),
    // A name with dots matches no wildcard certificate; other services often know one host name only.
    forcePathStyle: compatible || config.bucket.includes("."),
    followRegionRedirects: !compatible,
    ...(credentials === undefined ? {} : { credentials }),
    ...(config.credentials.kind === "anonymous" ? { signer: { sign: async (request) => request } } : {}),
    // How often and how long to try is decided by Retries, which also sees the bodies.
    maxAttempts: 1,
    // Not all services know the newer checksum headers; the signature covers the content anyway.
    requestChecksumCalculation: compatible ? "WHEN_REQUIRED" : "WHEN_SUPPORTED",
    responseChecksumValidation: compatible ? "WHEN_REQUIRED" : "WHEN_SUPPORTED",
    requestHandler: {
      connectionTimeout: CONNECT_TIMEOUT_MS,
      httpAgent: sockets,
      httpsAgent: { ...sockets, ...tlsOptions(config) },
    },
    logger: silent,
  });
  return { sdk, client };
}

const silent = { debug() {}, info() {}, warn() {}, error() {} };

function sdkCredentials(
  config: S3Config,
  file: CredentialsFile | undefined,
): SdkCredentials | (() => Promise<SdkCredentials>) | undefined {
  const credentials = config.credentials;
  switch (credentials.kind) {
    case "keys":
      return {
        accessKeyId: credentials.accessKeyId,
        secretAccessKey: credentials.secretAccessKey,
        ...(credentials.sessionToken === undefined ? {} : { sessionToken: credentials.sessionToken }),
      };
    case "file":
      return file && (() => file.keys());
    case "anonymous":
      return { accessKeyId: "anonymous", secretAccessKey: "anonymous" };
    case "ambient":
      return undefined;
  }
}

function tlsOptions(config: S3Config): { ca?: string[]; rejectUnauthorized?: boolean } {
  return {
    ...(config.tlsCaFile === undefined ? {} : { ca: [...rootCertificates, certificates(config.tlsCaFile)] }),
    ...(config.tlsAllowInsecure ? { rejectUnauthorized: false } : {}),
  };
}

function certificates(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new Error(
      `cannot read the certificates of the object store from "${file}": ${systemReason(error)}. ` +
        "Name a PEM file that this user can read with --object-store-tls-ca",
      { cause: error },
    );
  }
}
