import type { ResultColumn } from "../result/index.ts";
import type { QueryFormat } from "../types.ts";
import { csvEncoder } from "./csv.ts";
import type { RowEncoder } from "./encoder.ts";
import { jsonEncoder } from "./json.ts";
import { prettyEncoder } from "./pretty.ts";

export function createEncoder(format: QueryFormat, columns: readonly ResultColumn[]): RowEncoder {
  switch (format) {
    case "json":
      return jsonEncoder(columns, false);
    case "jsonl":
      return jsonEncoder(columns, true);
    case "csv":
      return csvEncoder(columns);
    case "pretty":
      return prettyEncoder(columns);
  }
}
