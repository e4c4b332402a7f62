import type { SqlType } from "@millrace/sql";
import type { ResultColumn } from "../result/index.ts";
import type { CompiledQuery } from "../rewrite/index.ts";

export function resultColumns(query: CompiledQuery): readonly ResultColumn[] {
  return query.output.map(({ name, type }) => ({ name, type }));
}

export function outputTypes(query: CompiledQuery): readonly SqlType[] {
  return query.output.map((column) => column.type);
}
