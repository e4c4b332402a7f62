import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { FaultProxy, type FaultProxyOptions } from "./fault-proxy.ts";

export interface S3Rig {
  readonly proxy: FaultProxy;
  /** For `--aws-endpoint`. */
  readonly endpoint: string;
  readonly bucket: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  stop(): Promise<void>;
}

/** An S3 server in a process of its own, with the fault proxy before it. */
export async function startS3(options: Omit<FaultProxyOptions, "port"> = {}): Promise<S3Rig> {
  const bucket = "bucket";
  const directory = mkdtempSync(path.join(tmpdir(), "millrace-s3-"));
  const child = spawn(
    process.execPath,
    [path.join(import.meta.dirname, "s3rver-process.mjs"), directory, bucket],
    { stdio: ["pipe", "pipe", "inherit"] },
  );
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const port = await new Promise<number>((resolve, reject) => {
    child.stdout.once("data", (text: Buffer) => resolve(Number(text)));
    child.once("exit", () => reject(new Error("the S3 server did not start")));
  });
  const proxy = await FaultProxy.start({ ...options, port });
  return {
    proxy,
    endpoint: proxy.endpoint,
    bucket,
    accessKeyId: "S3RVER",
    secretAccessKey: "S3RVER",
    async stop() {
      await proxy.close();
      child.kill();
      await ended;
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
