import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { frameBodies } from "./body-file.ts";

export interface LoadOptions {
  /** Where every body is posted to. */
  readonly url: string;
  /** Of `saveBodies`. */
  readonly bodyFile: string;
  readonly connections: number;
}

export interface LoadResult {
  wallSeconds: number;
  /** Of the process that sends: where it comes near `wallSeconds`, the sender was what limited the rate. */
  senderCpuSeconds: number;
  /** Milliseconds from sending a request to its acknowledgement, sorted. */
  latenciesMs: number[];
  /** Requests that were asked to come again later, and did. */
  refused: number;
}

/** Everything is read and built; nothing is sent before `run`. */
export interface PreparedLoad {
  run(): Promise<LoadResult>;
}

const sender = path.join(path.dirname(fileURLToPath(import.meta.url)), "load-process.ts");

/** Keeps bodies for senders in a file, so that each of them begins with its own copy. */
export function saveBodies(file: string, bodies: readonly Buffer[]): void {
  writeFileSync(file, "");
  for (const piece of frameBodies(bodies)) writeFileSync(file, piece, { flag: "a" });
}

/** A sender in a process of its own: what it costs is not counted with anybody else's. */
export async function prepareLoad(options: LoadOptions): Promise<PreparedLoad> {
  const child = fork(sender, [options.bodyFile, options.url, String(options.connections)]);
  await nextMessage(child);
  return {
    async run() {
      child.send("go");
      const result = (await nextMessage(child)) as LoadResult | { error: string };
      child.disconnect();
      if ("error" in result) throw new Error(result.error);
      return result;
    },
  };
}

/** Sends every body once over a fixed number of connections, each waiting for its answer before the next. */
export async function sendAll(
  url: string,
  bodies: readonly Buffer[],
  connections: number,
): Promise<LoadResult> {
  const directory = mkdtempSync(path.join(os.tmpdir(), "millrace-load-"));
  try {
    const bodyFile = path.join(directory, "bodies");
    saveBodies(bodyFile, bodies);
    const load = await prepareLoad({ url, bodyFile, connections });
    return await load.run();
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

async function nextMessage(child: ChildProcess): Promise<unknown> {
  const ended = once(child, "exit").then(([code]) => {
    throw new Error(`the load generator ended with ${code}`);
  });
  const [message] = (await Promise.race([once(child, "message"), ended])) as [unknown];
  ended.catch(() => {});
  return message;
}
