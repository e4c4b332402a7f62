import assert from "node:assert/strict";
import path from "node:path";
import { buildServerConfig, type OptionValue, type StoreConfig } from "@millrace/server/config";
import { build, failure, machine } from "./build.ts";

describe("the object store", () => {
  const s3Defaults = {
    kind: "s3",
    bucket: "b",
    endpoint: undefined,
    region: "us-east-1",
    credentials: { kind: "ambient" },
    connectionLimit: 64,
    requestTimeoutMs: 30_000,
    maxRetries: 10,
    retryTimeoutMs: 180_000,
    tlsCaFile: undefined,
    tlsAllowInsecure: false,
    cacheDir: undefined,
    cacheBytes: 200_000_000,
  };

  const set: [Record<string, OptionValue>, (store: StoreConfig) => unknown, unknown][] = [
    [{ "object-store": "s3", bucket: "b" }, (s) => s, s3Defaults],
    [
      {
        "object-store": "s3",
        bucket: "b",
        "aws-endpoint": "http://localhost:9000/",
        "aws-allow-http": true,
        "aws-access-key-id": "id",
        "aws-secret-access-key": "key",
        "aws-session-token": "token",
        "aws-default-region": "eu-west-1",
        "object-store-connection-limit": "3",
        "object-store-request-timeout": "5s",
        "object-store-max-retries": "0",
        "object-store-retry-timeout": "1min",
        "object-store-tls-ca": "ca.pem",
        "object-store-tls-allow-insecure": true,
        "object-store-cache-dir": "/cache",
        "parquet-mem-cache-size": "7mb",
      },
      (s) => s,
      {
        kind: "s3",
        bucket: "b",
        endpoint: "http://localhost:9000",
        region: "eu-west-1",
        credentials: { kind: "keys", accessKeyId: "id", secretAccessKey: "key", sessionToken: "token" },
        connectionLimit: 3,
        requestTimeoutMs: 5_000,
        maxRetries: 0,
        retryTimeoutMs: 60_000,
        tlsCaFile: "ca.pem",
        tlsAllowInsecure: true,
        cacheDir: path.resolve("/cache"),
        cacheBytes: 7 * 1024 * 1024,
      },
    ],
    [
      { "object-store": "s3", bucket: "b", "disable-parquet-mem-cache": true },
      (s) => s.kind === "s3" && s.cacheBytes,
      0,
    ],
    [
      {
        "object-store": "s3",
        bucket: "b",
        "aws-credentials-file": "/keys.json",
        "aws-access-key-id": "i",
        "aws-secret-access-key": "k",
      },
      (s) => s.kind === "s3" && s.credentials,
      { kind: "file", path: path.resolve("/keys.json") },
    ],
    [
      { "object-store": "s3", bucket: "b", "aws-skip-signature": true, "aws-credentials-file": "f" },
      (s) => s.kind === "s3" && s.credentials,
      { kind: "anonymous" },
    ],
    [
      { "object-store": "s3", bucket: "b", "aws-access-key-id": "", "aws-secret-access-key": "" },
      (s) => s.kind === "s3" && s.credentials,
      { kind: "ambient" },
    ],
  ];
  for (const [values, read, expected] of set) {
    it(`takes ${JSON.stringify(values)}`, () => assert.deepEqual(read(build(values).store), expected));
  }

  const failedStarts: [Record<string, OptionValue>, string][] = [
    [
      { "object-store": "s3" },
      "Cannot parse object store config: Error configuring Amazon S3: Generic S3 error: Missing bucket name",
    ],
    [
      { "object-store": "google" },
      "Cannot parse object store config: Error configuring GCS: Generic GCS error: Missing bucket name",
    ],
    [
      { "object-store": "azure" },
      "Cannot parse object store config: Error configuring Microsoft Azure: Generic MicrosoftAzure error: Container name must be specified",
    ],
    [
      { "object-store": "google", bucket: "b" },
      "Cannot parse object store config: this version keeps data in '--object-store file', 'memory' or 's3', not yet in 'google'",
    ],
    [
      { "object-store": "s3", bucket: "b", "aws-endpoint": "http://minio:9000" },
      "Cannot parse object store config: --aws-endpoint 'http://minio:9000' sends data and signatures unencrypted. Use an https:// address, or accept it with --aws-allow-http",
    ],
    [
      { "object-store": "s3", bucket: "b", "aws-endpoint": "s3://minio" },
      "Cannot parse object store config: --aws-endpoint 's3://minio' is not an http:// or https:// address",
    ],
    [
      { "object-store": "s3", bucket: "b", "aws-access-key-id": "i" },
      "Cannot parse object store config: --aws-access-key-id is set, but --aws-secret-access-key is not. Give both, or neither to use the credentials of this machine",
    ],
  ];
  for (const [values, message] of failedStarts) {
    it(`refuses ${JSON.stringify(values)}`, () => {
      const error = failure(values);
      assert.equal(error.message, message);
      assert.equal(error.usage, false);
    });
  }

  it("without a home directory, asks for a data directory", () => {
    assert.throws(() => buildServerConfig({}, {}, { ...machine, homeDirectory: undefined }), {
      message: "Specified 'File' for the object store; required configuration missing for data-dir",
    });
  });

  it("tells of settings that S3 has no use for", () => {
    const config = build({
      "object-store": "s3",
      bucket: "b",
      "object-store-http2-only": true,
      "object-store-http2-max-frame-size": "1",
      "object-store-cache-endpoint": "http://c",
    });
    assert.deepEqual(config.warnings, [
      "--object-store-http2-only ignored. S3 is spoken over HTTP/1.1",
      "--object-store-http2-max-frame-size ignored. S3 is spoken over HTTP/1.1",
      "--object-store-cache-endpoint ignored. Data files are cached in --object-store-cache-dir",
    ]);
  });
});
