import type { AnalysisContext, QueryTypeSource, SchemaSnapshot } from "../analysis/index.ts";
import type { RowColumn, RowTypes } from "../api-table/index.ts";
import type { PluginDocument } from "../plugin-document/index.ts";
import type { PythonFeatures } from "../python-features/index.ts";
import { pythonType } from "./python-type.ts";

/** Tells the type checker what the connection's tables, and the plugins' own queries, have for columns. */
export class KnownRows {
  readonly #python: PythonFeatures;
  readonly #sources: readonly QueryTypeSource[];
  readonly #queries = new Map<string, RowTypes["queries"]>();
  #tables: RowTypes["tables"] = [];

  constructor(python: PythonFeatures, sources: readonly QueryTypeSource[]) {
    this.#python = python;
    this.#sources = sources;
  }

  setSchema(schema: SchemaSnapshot | undefined): void {
    const stored = schema?.tables.filter((table) => table.schema === "iox") ?? [];
    this.#tables = stored.map(({ name, columns }) => ({
      name,
      columns: columns.map((column): RowColumn => ({ name: column.name, type: pythonType(column.type) })),
    }));
    this.#update();
  }

  changed(document: PluginDocument, context: AnalysisContext): void {
    const found = this.#sources.flatMap((source) => source.queryTypes(document, context));
    const types = found.map(({ sql, columns }) => ({
      sql,
      columns: columns.map(({ name, type }) => ({ name, type: `${pythonType(type)} | None` })),
    }));
    if (types.length === 0 && !this.#queries.has(document.uri)) return;
    this.#queries.set(document.uri, types);
    this.#update();
  }

  gone(uri: string): void {
    if (this.#queries.delete(uri)) this.#update();
  }

  #update(): void {
    const bySql = new Map([...this.#queries.values()].flat().map((query) => [query.sql, query]));
    this.#python.setRowTypes({ tables: this.#tables, queries: [...bySql.values()] });
  }
}
