import { Precision } from "@millrace/line-protocol";
import { ServerError } from "../../foundation/index.ts";
import type { WriteOrigin, WritePath } from "../../ingest/index.ts";
import { causeOf } from "./cause.ts";

/** A `write` of a plugin: one or more lines for one database. */
export interface QueuedWrite {
  readonly database: string;
  readonly text: string;
}

/** Stores what plugins write. The texts are stated in docs/reference/triggers.md, "Writing". */
export class WriteBack {
  readonly #writePath: Pick<WritePath, "write">;

  constructor(writePath: Pick<WritePath, "write">) {
    this.#writePath = writePath;
  }

  /**
   * The writes that a run queued: one request per database, all or nothing, waiting for durability. Returns the
   * text of each database that could not be written.
   */
  async flush(writes: readonly QueuedWrite[], origin: WriteOrigin): Promise<string[]> {
    const texts = new Map<string, string[]>();
    for (const { database, text } of writes) {
      const lines = texts.get(database);
      if (lines === undefined) texts.set(database, [text]);
      else lines.push(text);
    }
    const failures = await Promise.all(
      [...texts].map(async ([database, lines]) => {
        const cause = await this.#write(database, lines.join("\n"), false, origin);
        if (cause === undefined) return undefined;
        if (cause.invalidName) return `invalid database name: ${database}`;
        return `error writing back lines to ${database}: Cannot write: ${cause.text}`;
      }),
    );
    return failures.filter((failure) => failure !== undefined);
  }

  /** A `write_sync`: resolves to the text of the exception the plugin gets, or undefined. */
  async writeSync(
    database: string,
    lineProtocol: string,
    noSync: boolean,
    origin: WriteOrigin,
  ): Promise<string | undefined> {
    const cause = await this.#write(database, lineProtocol, noSync, origin);
    if (cause === undefined) return undefined;
    const detail = cause.invalidName ? `invalid database name: ${cause.text}` : `Cannot write: ${cause.text}`;
    return `error writing line protocol to ${database}: ${detail}`;
  }

  async #write(database: string, text: string, noSync: boolean, origin: WriteOrigin) {
    const body = new TextEncoder().encode(text);
    try {
      await this.#writePath.write({
        database,
        body: [body],
        sizeBytes: body.length,
        precision: Precision.nanosecond,
        acceptPartial: false,
        noSync,
        origin,
      });
      return undefined;
    } catch (error) {
      const invalidName = error instanceof ServerError && error.code.startsWith("database_name_");
      return { invalidName, text: causeOf(error) };
    }
  }
}
