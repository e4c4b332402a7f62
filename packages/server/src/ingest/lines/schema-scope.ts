import type { Catalog, DatabaseInfo, FieldType, SchemaDraft, TableInfo } from "../../catalog/index.ts";

/** The tables that the lines of one body are held against, and how they get new ones. */
export interface SchemaScope {
  table(name: string): TableInfo | undefined;
  /** Throws ServerError when there may not be another one; its text becomes the line's error. */
  addTable(name: string): TableInfo;
  addColumn(table: TableInfo, name: string, kind: "tag" | "field", fieldType?: FieldType): TableInfo;
  savepoint(): Savepoint;
  rollbackTo(savepoint: Savepoint): void;
}

/** Undefined: before there was a draft. */
export type Savepoint = number | undefined;

/** The catalog, with additions in a draft that begins with the first of them. */
export class DraftScope implements SchemaScope {
  readonly #catalog: Catalog;
  readonly #databaseName: string;
  #draft: SchemaDraft | undefined;

  /** Throws ServerError when the database may not be written to or created. */
  constructor(catalog: Catalog, databaseName: string) {
    this.#catalog = catalog;
    this.#databaseName = databaseName;
    // A database that does not exist yet exists in the draft only.
    if (catalog.database(databaseName) === undefined) this.#draft = catalog.draft(databaseName);
  }

  get database(): DatabaseInfo {
    return this.#draft?.database() ?? this.#catalog.database(this.#databaseName)!;
  }

  /** True when rows rely on something that is not in the catalog yet. */
  get pending(): boolean {
    return this.#draft !== undefined && !this.#draft.empty;
  }

  /** Once there is a draft it alone answers: it must not be asked to extend what it has not seen. */
  table(name: string): TableInfo | undefined {
    if (this.#draft !== undefined) return this.#draft.table(name);
    return this.#catalog.database(this.#databaseName)?.table(name);
  }

  addTable(name: string): TableInfo {
    return this.#openDraft().addTable(name);
  }

  addColumn(table: TableInfo, name: string, kind: "tag" | "field", fieldType?: FieldType): TableInfo {
    return this.#openDraft().addColumn(table, name, kind, fieldType);
  }

  savepoint(): Savepoint {
    return this.#draft?.savepoint();
  }

  rollbackTo(savepoint: Savepoint): void {
    if (savepoint === undefined) this.#draft = undefined;
    else this.#draft!.rollbackTo(savepoint);
  }

  commit(): Promise<"committed" | "conflict"> {
    return this.#draft!.commit();
  }

  #openDraft(): SchemaDraft {
    this.#draft ??= this.#catalog.draft(this.#databaseName);
    return this.#draft;
  }
}
