import { FieldType } from "../../catalog/index.ts";
import type { ColumnVector, FileColumn } from "../types.ts";
import { BooleanBuilder } from "./boolean-builder.ts";
import { StringBuilder } from "./string-builder.ts";
import { TagBuilder } from "./tag-builder.ts";
import { WordsBuilder } from "./words-builder.ts";

/** Collects the rows of one column for a batch; what it hands out is valid until it begins the next one. */
export interface ColumnBuilder {
  begin(): void;
  /** Takes rows of a vector of the input numbered `input`; undefined: NULLs. */
  append(vector: ColumnVector | undefined, input: number, start: number, length: number): void;
  /** Gives the last row an older row's value if it has none. */
  fillLast(vector: ColumnVector | undefined, row: number): void;
  /** Undefined when there are only NULLs. */
  finish(): ColumnVector | undefined;
}

export function columnBuilder(column: FileColumn, capacity: number): ColumnBuilder {
  if (column.kind === "tag") return new TagBuilder(capacity);
  if (column.fieldType === FieldType.boolean) return new BooleanBuilder(capacity);
  if (column.fieldType === FieldType.string) return new StringBuilder(capacity);
  return new WordsBuilder(capacity);
}
