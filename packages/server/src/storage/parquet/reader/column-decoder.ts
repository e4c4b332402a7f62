import { FieldType } from "../../../catalog/index.ts";
import type { ColumnVector, FileColumn } from "../../types.ts";
import type { ByteCursor } from "../bytes/index.ts";
import { BooleanDecoder } from "./boolean-decoder.ts";
import { StringDecoder } from "./string-decoder.ts";
import { TagDecoder } from "./tag-decoder.ts";
import { WordsDecoder } from "./words-decoder.ts";

/** Collects the values of a column in a row group page by page. */
export interface ColumnDecoder {
  readDictionary(cursor: ByteCursor, count: number): void;
  /** Puts the next `count` values where rows from `row` on are. */
  readValues(cursor: ByteCursor, encoding: number, row: number, count: number): void;
  /** Moves the values just read, `count` of them, to the rows of the page that have one. */
  spread(validity: Uint8Array, row: number, rowCount: number, count: number): void;
  finish(validity: Uint8Array | undefined): ColumnVector;
}

export function decoderOf({ kind, fieldType }: FileColumn, rowCount: number): ColumnDecoder {
  if (kind === "tag") return new TagDecoder(rowCount);
  if (fieldType === FieldType.string) return new StringDecoder(rowCount);
  if (fieldType === FieldType.boolean) return new BooleanDecoder(rowCount);
  return new WordsDecoder(rowCount);
}
