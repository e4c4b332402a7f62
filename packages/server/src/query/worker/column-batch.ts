import type { ColumnBatch, ResultColumn as PluginColumn } from "@millrace/plugin-runtime";
import { arrowTypeName } from "@millrace/sql";
import {
  type Batch,
  isAllNull,
  isValid,
  type ResultColumn,
  type StringSlices,
  type Vector,
} from "../result/index.ts";

/** A batch in the form that interpreters read: docs/reference/processing-engine.md, "query". */
export function columnBatch(batch: Batch, columns: readonly ResultColumn[]): ColumnBatch {
  return {
    rowCount: batch.rowCount,
    columns: batch.vectors.map((vector, i) => pluginColumn(columns[i]!.name, vector)),
  };
}

function pluginColumn(name: string, vector: Vector): PluginColumn {
  const validity = vector.validity === null ? {} : { validity: privateCopy(vector.validity) };
  const { type, data } = vector;
  switch (data.layout) {
    case "halves": {
      const { buffer, byteOffset } = data.halves;
      const wide = new BigInt64Array(buffer as ArrayBuffer, byteOffset, vector.length);
      if (type.kind === "timestamp") return { name, ...validity, type: "timestamp_ns", values: wide };
      if (type.kind !== "int") break;
      if (type.signed) return { name, ...validity, type: "int64", values: wide };
      return { name, ...validity, type: "uint64", values: new BigUint64Array(wide.buffer, byteOffset) };
    }
    case "numbers":
      if (data.values instanceof Float64Array)
        return { name, ...validity, type: "float64", values: data.values };
      if (type.kind === "boolean" && data.values instanceof Uint8Array) {
        return { name, ...validity, type: "bool", values: data.values };
      }
      break;
    case "strings":
      if (type.kind === "utf8") return { name, ...validity, type: "utf8", ...joined(data.strings, vector) };
      break;
    default:
      break;
  }
  return unsupported(name, vector);
}

/** A column without any value is fine whatever its type. */
function unsupported(name: string, vector: Vector): PluginColumn {
  const validity = isAllNull(vector) ? new Uint8Array((vector.length + 7) >> 3) : undefined;
  return {
    name,
    ...(validity === undefined ? {} : { validity }),
    type: "unsupported",
    typeName: arrowTypeName(vector.type),
  };
}

function joined(strings: StringSlices, vector: Vector): { offsets: Int32Array; bytes: Uint8Array } {
  const { buffers, bufferOf, starts, lengths } = strings;
  const offsets = new Int32Array(vector.length + 1);
  for (let row = 0; row < vector.length; row++) {
    offsets[row + 1] = offsets[row]! + (isValid(vector, row) ? lengths[row]! : 0);
  }
  const bytes = new Uint8Array(offsets[vector.length]!);
  for (let row = 0; row < vector.length; row++) {
    const length = offsets[row + 1]! - offsets[row]!;
    if (length === 0) continue;
    bytes.set(buffers[bufferOf[row]!]!.subarray(starts[row]!, starts[row]! + length), offsets[row]!);
  }
  return { offsets, bytes };
}

/** What is sent to another thread is moved there, so it must not share its memory with anything else. */
function privateCopy(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(bytes);
}

/** Memory that a batch takes, for the bound on results that are held as a whole. */
export function batchBytes(batch: ColumnBatch): number {
  let total = 0;
  for (const column of batch.columns) {
    if (column.type === "utf8") total += column.bytes.length + column.offsets.byteLength;
    else if (column.type !== "unsupported") total += column.values.byteLength;
  }
  return total;
}
