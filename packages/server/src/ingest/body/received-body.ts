import type { StagingSlice, Wal } from "../../wal/index.ts";
import type { IncomingBody } from "../types.ts";
import { copyIntoSlice } from "./copy.ts";

/** A body that is copied to where it will be parsed while it arrives. */
export class ReceivedBody implements IncomingBody {
  readonly slice: StagingSlice;
  length = 0;
  readonly #wal: Wal;

  private constructor(wal: Wal, slice: StagingSlice) {
    this.#wal = wal;
    this.slice = slice;
  }

  static open(wal: Wal, sizeBytes: number): ReceivedBody | undefined {
    const slice = wal.reserveAhead(sizeBytes);
    return slice === undefined ? undefined : new ReceivedBody(wal, slice);
  }

  add(piece: Uint8Array): void {
    copyIntoSlice(piece, this.slice, this.length);
    this.length += piece.length;
  }

  discard(): void {
    this.#wal.release(this.slice);
  }
}
