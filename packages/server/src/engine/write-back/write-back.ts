import { Precision } from "@millrace/line-protocol";
import { ServerError } from "../../foundation/index.ts";
import type { WriteOrigin, WritePath } from "../../ingest/index.ts";
import { causeOf } from "./cause.ts";
import { encodeLines } from "./encode-lines.ts";

/** A `write` of a plugin: one or more lines for one database. */
export interface QueuedWrite {
  readonly database: string;
  readonly text: string;
}

/** What became of the writes of a run: lines stored, and the text of each database that could not be written. */
export interface Flushed {
  readonly lines: number;
  readonly failures: readonly string[];
}

type Written = { readonly lines: number } | { readonly invalidName: boolean; readonly cause: string };

/** Stores what plugins write. The texts are stated in docs/reference/triggers.md, "Writing". */
export class WriteBack {
  readonly #writePath: Pick<WritePath, "write">;

  constructor(writePath: Pick<WritePath, "write">) {
    this.#writePath = writePath;
  }

  /** The writes that a run queued: one request per database, all or nothing, waiting for durability. */
  async flush(writes: readonly QueuedWrite[], origin: WriteOrigin): Promise<Flushed> {
    const texts = new Map<string, string[]>();
    for (const { database, text } of writes) {
      const lines = texts.get(database);
      if (lines === undefined) texts.set(database, [text]);
      else lines.push(text);
    }
    let accepted = 0;
    const failures = await Promise.all(
      [...texts].map(async ([database, lines]) => {
        const result = await this.#write(database, lines, false, origin);
        if ("lines" in result) {
          accepted += result.lines;
          return undefined;
        }
        if (result.invalidName) return `invalid database name: ${database}`;
        return `error writing back lines to ${database}: Cannot write: ${result.cause}`;
      }),
    );
    return { lines: accepted, failures: failures.filter((failure) => failure !== undefined) };
  }

  /** A `write_sync`: the lines that were written, or the text of the exception that the plugin gets. */
  async writeSync(
    database: string,
    lineProtocol: string,
    noSync: boolean,
    origin: WriteOrigin,
  ): Promise<{ readonly lines: number } | string> {
    const result = await this.#write(database, [lineProtocol], noSync, origin);
    if ("lines" in result) return result;
    const detail = `${result.invalidName ? "invalid database name" : "Cannot write"}: ${result.cause}`;
    return `error writing line protocol to ${database}: ${detail}`;
  }

  async #write(
    database: string,
    lines: readonly string[],
    noSync: boolean,
    origin: WriteOrigin,
  ): Promise<Written> {
    const body = await encodeLines(lines);
    try {
      const { acceptedLines } = await this.#writePath.write({
        database,
        body: [body],
        sizeBytes: body.length,
        precision: Precision.nanosecond,
        acceptPartial: false,
        noSync,
        origin,
      });
      return { lines: acceptedLines };
    } catch (error) {
      const invalidName = error instanceof ServerError && error.code.startsWith("database_name_");
      return { invalidName, cause: causeOf(error) };
    }
  }
}
