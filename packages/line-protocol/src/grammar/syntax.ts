import { LineError } from "../errors/index.ts";

/** What a scan found and, when it failed, why and which bytes the error quotes. Reused line by line. */
export class Syntax {
  error: LineError = LineError.none;
  contextStart = 0;
  contextEnd = 0;
  /** End of the measurement and of the series key; the key starts where the line does. */
  measurementEnd = 0;
  keyEnd = 0;
  /** Ranges of the field keys, `=` included. */
  fieldKeyStarts = new Int32Array(64);
  fieldKeyEnds = new Int32Array(64);
  /** Range of the timestamp's digits and sign; -1 when there is none. */
  timeStart = -1;
  timeEnd = -1;

  clear(): void {
    this.error = LineError.none;
    this.timeStart = -1;
    this.timeEnd = -1;
  }

  fail(error: LineError, contextStart: number, contextEnd: number): void {
    this.error = error;
    this.contextStart = contextStart;
    this.contextEnd = contextEnd;
  }

  setFieldKey(index: number, start: number, end: number): void {
    if (index === this.fieldKeyStarts.length) {
      this.fieldKeyStarts = doubled(this.fieldKeyStarts);
      this.fieldKeyEnds = doubled(this.fieldKeyEnds);
    }
    this.fieldKeyStarts[index] = start;
    this.fieldKeyEnds[index] = end;
  }
}

function doubled(array: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> {
  const grown = new Int32Array(array.length * 2);
  grown.set(array);
  return grown;
}

/** Scanners answer a position, or one of these: nothing of the kind is here, or the line is beyond rescue. */
export const ABSENT = -1;
export const FAILED = -2;
