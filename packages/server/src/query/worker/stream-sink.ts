import { setImmediate } from "node:timers/promises";
import type { Clock } from "../../foundation/index.ts";
import { ByteWriter, createEncoder, type RowEncoder } from "../encode/index.ts";
import { QueryFailure } from "../execute/index.ts";
import { CHUNK_BYTES, CHUNK_CREDITS } from "../protocol/index.ts";
import type { Batch, ResultColumn } from "../result/index.ts";
import type { QueryFormat } from "../types.ts";
import { Credits } from "./credits.ts";
import type { RowSink } from "./query-run.ts";

export type SendChunk = (bytes: Uint8Array<ArrayBuffer>, last: boolean, contentType: string) => void;

/** Encodes rows and sends them in chunks, no faster than their reader takes them. */
export class StreamSink implements RowSink {
  readonly credits: Credits;
  readonly #format: QueryFormat;
  readonly #send: SendChunk;
  readonly #out = new ByteWriter();
  #encoder: RowEncoder | undefined;

  constructor(format: QueryFormat, send: SendChunk, stallTimeoutMs: number, clock: Clock) {
    this.#format = format;
    this.#send = send;
    this.credits = new Credits(CHUNK_CREDITS, stallTimeoutMs, clock);
  }

  columns(columns: readonly ResultColumn[]): void {
    this.#encoder = createEncoder(this.#format, columns);
    this.#encoder.begin(this.#out);
  }

  async batch(batch: Batch): Promise<boolean> {
    const encoder = this.#encoder!;
    let row = 0;
    while (row < batch.rowCount) {
      row = encoder.rows(batch, row, this.#out, CHUNK_BYTES);
      if (this.#out.length >= CHUNK_BYTES) await this.#flush(false);
    }
    return !encoder.full;
  }

  async end(): Promise<void> {
    while (this.#encoder?.end(this.#out, CHUNK_BYTES) === false) await this.#flush(false);
    await this.#flush(true);
  }

  async #flush(last: boolean): Promise<void> {
    await this.credits.take(
      () => new QueryFailure("query_cancelled", { detail: "the client stopped reading the result" }),
    );
    this.#send(this.#out.take(), last, this.#encoder?.contentType ?? "");
    // Other queries wait for this thread to deliver their rows.
    if (!last) await setImmediate();
  }
}
