import type { S3Config } from "#src/config/index.js";
import type { S3Rig } from "../support/s3/start-s3.ts";

/** Quick to give up and to try again, as a test wants it. */
export function s3Config(rig: Pick<S3Rig, "endpoint" | "bucket">, changes: Partial<S3Config> = {}): S3Config {
  return {
    kind: "s3",
    bucket: rig.bucket,
    endpoint: rig.endpoint,
    region: "us-east-1",
    credentials: { kind: "keys", accessKeyId: "S3RVER", secretAccessKey: "S3RVER", sessionToken: undefined },
    connectionLimit: 16,
    requestTimeoutMs: 10_000,
    maxRetries: 5,
    retryTimeoutMs: 60_000,
    tlsCaFile: undefined,
    tlsAllowInsecure: false,
    cacheDir: undefined,
    cacheBytes: 1_000_000,
    ...changes,
  };
}
