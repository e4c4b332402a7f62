import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { gzip } from "node:zlib";
import type { InfluxClient } from "@millrace/api/client";
import { CommandError, type Context } from "../shared/action.ts";
import { connect } from "../shared/connect.ts";
import { osErrorText } from "../shared/os-error.ts";
import { countLines, cutBodies } from "./bodies.ts";
import { patiently } from "./patience.ts";
import { Progress } from "./progress.ts";

const compress = promisify(gzip);

async function* fileChunks(file: string): AsyncGenerator<Uint8Array> {
  try {
    yield* createReadStream(file, { highWaterMark: 1024 * 1024 });
  } catch (error) {
    throw new CommandError(`error reading file: ${osErrorText(error)}`);
  }
}

async function* oneText(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
}

function inputOf({ io, values }: Context): AsyncIterable<Uint8Array> {
  const words = values.list("line-protocol");
  if (words.length > 1) {
    throw new CommandError(
      "ensure that a single protocol line string is provided as the final argument, enclosed in quotes",
    );
  }
  if (words.length === 1) return oneText(words[0]!);
  const file = values.optionalText("file");
  if (file !== undefined) return fileChunks(path.resolve(io.cwd, file));
  if (io.stdin.isTty) {
    throw new CommandError(
      "No input from stdin detected, no string was passed in, and no file path was given",
    );
  }
  return io.stdin.chunks();
}

/** Size of the file to write, for whoever watches; a pipe has none, and scripts read the plain line. */
async function watchedBytes({ io, values }: Context): Promise<number | undefined> {
  const file = values.optionalText("file");
  if (!io.stderr.isTty || file === undefined || values.list("line-protocol").length > 0) return undefined;
  const stats = await stat(path.resolve(io.cwd, file)).catch(() => undefined);
  return stats?.isFile() && stats.size > values.number("max-request-size") ? stats.size : undefined;
}

function senderOf(context: Context, client: InfluxClient): (body: Uint8Array) => Promise<void> {
  const { values } = context;
  const precision = values.optionalText("precision");
  const useGzip = values.flag("gzip");
  const options = {
    db: values.text("database"),
    ...(precision === undefined ? {} : { precision }),
    ...(values.has("accept-partial") ? { acceptPartial: values.flag("accept-partial") } : {}),
    ...(values.flag("no-sync") ? { noSync: true } : {}),
    gzip: useGzip,
  };
  return async (body) => client.writeLp(options, useGzip ? await compress(body) : body);
}

/** Sends the input in bodies, several at a time; the first failure stops the rest. */
export async function runWrite(context: Context): Promise<undefined> {
  const { io, values } = context;
  const abort = new AbortController();
  const send = senderOf(context, connect(context, "write-host", abort.signal));
  const progress = new Progress(await watchedBytes(context));
  const startMs = io.monotonicMs();
  const limit = values.number("max-concurrent-requests");
  const underWay = new Set<Promise<void>>();
  const failures: unknown[] = [];

  const dispatch = async (body: Uint8Array): Promise<void> => {
    try {
      await patiently(() => send(body), abort.signal);
      progress.add(countLines(body), body.length);
      if (!values.flag("quiet")) {
        await io.stderr.write(`${progress.report(io.monotonicMs() - startMs)}\n`);
      }
    } catch (error) {
      failures.push(error);
      abort.abort();
    }
  };

  for await (const body of cutBodies(inputOf(context), values.number("max-request-size"))) {
    const request = dispatch(body).finally(() => underWay.delete(request));
    underWay.add(request);
    if (underWay.size >= limit) await Promise.race(underWay);
    if (failures.length > 0) break;
  }
  await Promise.all(underWay);
  if (failures.length > 0) throw failures[0];
  return undefined;
}
