import { FieldType, type LineParser, unescapeString } from "@millrace/line-protocol";
import type { TableBinding } from "./table-binding.ts";

/** Moves the line that the parser stands on into its table's buffer. */
export class RowWriter {
  /** Where strings lose their escapes on the way. */
  #unescaped = new Uint8Array(256);

  write(line: LineParser, binding: TableBinding, series: number): void {
    const { buffer, columnIds } = binding;
    buffer.beginRow();
    if (binding.hasStrings) this.#writeFields(line, binding);
    else buffer.setManyBits(columnIds, line.fieldKeyIds, line.valuesI32, line.fieldCount);
    buffer.finishRow(series, line.timeLo, line.timeHi);
  }

  #writeFields(line: LineParser, binding: TableBinding): void {
    const { fieldCount, fieldKeyIds, fieldTypes, valuesI32 } = line;
    for (let i = 0; i < fieldCount; i++) {
      if (fieldTypes[i] === FieldType.string) this.#writeString(line, binding, i);
      else {
        const columnId = binding.columnIds[fieldKeyIds[i]!]!;
        binding.buffer.setBits(columnId, valuesI32[i * 2]!, valuesI32[i * 2 + 1]!);
      }
    }
  }

  #writeString(line: LineParser, binding: TableBinding, field: number): void {
    const columnId = binding.columnIds[line.fieldKeyIds[field]!]!;
    const start = line.valuesI32[field * 2]!;
    const length = line.valuesI32[field * 2 + 1]!;
    if (line.stringEscaped[field] === 0) {
      binding.buffer.setString(columnId, line.bytes, start, length);
      return;
    }
    if (this.#unescaped.length < length) this.#unescaped = new Uint8Array(length * 2);
    const decoded = unescapeString(line.bytes, start, length, this.#unescaped, 0);
    binding.buffer.setString(columnId, this.#unescaped, 0, decoded);
  }
}
