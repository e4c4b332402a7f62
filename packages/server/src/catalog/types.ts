import type { HardDelete } from "@millrace/api/grammar";

/** Value types of a field column; the numbers are part of the catalog, WAL and buffer formats. */
export const FieldType = { float: 1, integer: 2, uinteger: 3, boolean: 4, string: 5 } as const;
export type FieldType = (typeof FieldType)[keyof typeof FieldType];

export type ColumnKind = "time" | "tag" | "field";

/** What a column holds, as it is written in the catalog and named in errors. */
export type ColumnType = "tag" | "float" | "integer" | "uinteger" | "boolean" | "string";

export interface ColumnInfo {
  /** Dense within the table, never reused. The `time` column is a column like any other. */
  readonly id: number;
  readonly name: string;
  readonly kind: ColumnKind;
  /** Only for fields. */
  readonly fieldType?: FieldType;
  /** Only for tags: its place in the series key. */
  readonly tagIndex?: number;
}

export interface TableInfo {
  /** Unique over all databases of the node, never reused: the buffer, the WAL and files know tables by it. */
  readonly id: number;
  readonly databaseId: number;
  readonly name: string;
  /** Deleted by itself; the tables of a deleted database keep `false`. */
  readonly deleted: boolean;
  /** When the data of a deleted table goes; null: never. */
  readonly hardDeleteAtMs: number | null;
  /**
   * Sequence of the commit that created the table. A WAL entry with a smaller catalog sequence that names it means
   * an earlier, deleted table of the same name.
   */
  readonly createdSequence: number;
  /** In order of id. */
  readonly columns: readonly ColumnInfo[];
  column(name: string): ColumnInfo | undefined;
  /** Tag columns in the order of the series key. */
  readonly tags: readonly ColumnInfo[];
}

export interface TriggerInfo {
  readonly id: number;
  readonly databaseId: number;
  readonly name: string;
  readonly pluginFilename: string;
  /** The normalised string form, e.g. `every:1m 30s`. */
  readonly specification: string;
  readonly runAsync: boolean;
  readonly errorBehavior: "log" | "retry" | "disable";
  readonly arguments: Readonly<Record<string, string>> | null;
  readonly disabled: boolean;
  /** Why the server disabled it by itself; null when it runs, or when somebody asked for it. */
  readonly disabledReason: string | null;
}

export interface DatabaseInfo {
  readonly id: number;
  readonly name: string;
  readonly deleted: boolean;
  /** When the data of a deleted database goes; null: never. */
  readonly hardDeleteAtMs: number | null;
  readonly retentionPeriodNs: bigint | null;
  /** Live tables only. */
  table(name: string): TableInfo | undefined;
  tables(): Iterable<TableInfo>;
  /** Deleted ones too. */
  allTables(): Iterable<TableInfo>;
  trigger(name: string): TriggerInfo | undefined;
  triggers(): Iterable<TriggerInfo>;
}

export interface TokenInfo {
  readonly id: number;
  readonly name: string;
  /** SHA-512 of the token text, 128 lower-case hex digits. */
  readonly hash: string;
  readonly createdAtMs: number;
  readonly expiryMs: number | null;
}

/** What listeners are told after a commit is durable and applied. */
export type CatalogChange =
  | { kind: "database-created" | "database-updated" | "database-deleted"; database: DatabaseInfo }
  | { kind: "table-created" | "table-updated" | "table-deleted"; database: DatabaseInfo; table: TableInfo }
  | {
      kind: "trigger-created" | "trigger-updated" | "trigger-deleted";
      database: DatabaseInfo;
      trigger: TriggerInfo;
    }
  | { kind: "token-created" | "token-deleted"; token: TokenInfo };

/**
 * A write's schema additions, gathered on top of the catalog while its lines are validated and committed once,
 * before the rows that need them. Ids given out here are final when `commit` succeeds.
 */
export interface SchemaDraft {
  /** True when nothing was added: commit is then free. */
  readonly empty: boolean;
  database(): DatabaseInfo;
  table(name: string): TableInfo | undefined;
  /** Throws ServerError when a limit is exceeded; the text becomes the line's error. */
  addTable(name: string): TableInfo;
  /** Returns the table as it is with the new column. */
  addColumn(table: TableInfo, name: string, kind: "tag" | "field", fieldType?: FieldType): TableInfo;
  /** Restores the draft to an earlier `savepoint()`; used when a line fails after it added something. */
  savepoint(): number;
  rollbackTo(savepoint: number): void;
  /**
   * Makes the additions durable, then visible. Resolves to "conflict" (nothing changed) when the catalog moved on
   * since the draft began in a way that matters: begin again with a new draft.
   */
  commit(): Promise<"committed" | "conflict">;
}

/** What a new trigger is made of. */
export type TriggerDefinition = Omit<TriggerInfo, "id" | "databaseId" | "disabledReason">;

/** What can be changed of a trigger; what is absent stays as it is. */
export type TriggerChanges = Partial<
  Pick<TriggerInfo, "pluginFilename" | "specification" | "runAsync" | "errorBehavior" | "arguments">
>;

export type FieldTypeName = "utf8" | "int64" | "uint64" | "float64" | "bool";

/** The schema and everything else the server remembers besides data. Reads are synchronous and consistent. */
export interface Catalog {
  readonly uuid: string;
  /** Increases by one with every durable commit. */
  readonly sequence: number;
  /** A live database. */
  database(name: string): DatabaseInfo | undefined;
  databaseById(id: number): DatabaseInfo | undefined;
  tableById(id: number): TableInfo | undefined;
  /** Whether there is or was a database with this id, even one that is forgotten by now. */
  hadDatabase(id: number): boolean;
  /** Live and soft-deleted ones, in order of creation. */
  databases(): Iterable<DatabaseInfo>;
  tokens(): Iterable<TokenInfo>;
  tokenByHash(hash: string): TokenInfo | undefined;
  /**
   * A draft for writing to `name`; creates the database in the draft when it does not exist.
   * Throws ServerError for a name that no database can have, or when the limit of databases is reached.
   */
  draft(name: string): SchemaDraft;
  onChange(listener: (change: CatalogChange) => void): void;
}

/** Changes of databases and tables. All reject with ServerError, and then nothing has changed. */
export interface DatabaseCommands {
  createDatabase(name: string, options?: { retentionPeriodNs?: bigint | null }): Promise<DatabaseInfo>;
  setRetention(name: string, periodNs: bigint | null): Promise<void>;
  deleteDatabase(name: string, when: HardDelete): Promise<void>;
  /** Creates the database when it is missing. */
  createTable(
    database: string,
    table: string,
    tags: readonly string[],
    fields: readonly { name: string; type: FieldTypeName }[],
  ): Promise<TableInfo>;
  deleteTable(database: string, table: string, when: HardDelete): Promise<void>;
}

/** A deleted table, or a deleted database with all its tables. */
export interface DeletedThing {
  readonly databaseId: number;
  /** Undefined: the whole database. */
  readonly tableId?: number;
}

/** The end of what was deleted. */
export interface DeletionCommands {
  /** Removes records of deleted things; what is not deleted, or not there any more, is left as it is. */
  forget(things: readonly DeletedThing[]): Promise<void>;
}

export interface TriggerCommands {
  createTrigger(database: string, definition: TriggerDefinition): Promise<TriggerInfo>;
  /** An enabled trigger is only deleted with `force`. */
  deleteTrigger(database: string, name: string, options: { force: boolean }): Promise<void>;
  /** Commits nothing when nothing would be different. */
  updateTrigger(database: string, name: string, changes: TriggerChanges): Promise<TriggerInfo>;
  /** Does nothing when the trigger is in that state already. Enabling it clears the reason. */
  setTriggerDisabled(
    database: string,
    name: string,
    disabled: boolean,
    reason?: string | null,
  ): Promise<TriggerInfo>;
}

/** A token whose text is shown this once. */
export interface IssuedToken {
  readonly token: string;
  readonly info: TokenInfo;
}

export interface TokenCommands {
  createAdmin(): Promise<IssuedToken>;
  regenerateAdmin(): Promise<IssuedToken>;
  createNamed(name: string, expirySeconds: number | null): Promise<IssuedToken>;
  /** Takes over a token that was made elsewhere; resolves to false when its name is known already. */
  adopt(token: { text: string; name: string; expiryMs: number | null }): Promise<boolean>;
  remove(name: string): Promise<void>;
}
