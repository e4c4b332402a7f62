import type { HardDelete, QueryFormat } from "@millrace/api";
import type { DatabaseInfo, TableInfo, TokenInfo } from "../catalog/index.ts";
import type { ProcessingEngine } from "../engine/index.ts";
import type { Logger } from "../foundation/index.ts";
import type { WritePath } from "../ingest/index.ts";
import type { QueryService } from "../query/index.ts";

export interface IssuedToken {
  /** The only time its text is known. */
  token: string;
  info: TokenInfo;
}

/** What the management routes ask of the catalog. */
export interface CatalogCommands {
  createDatabase(name: string, options: { retentionPeriodNs: bigint | null }): Promise<DatabaseInfo>;
  setRetention(name: string, periodNs: bigint | null): Promise<void>;
  deleteDatabase(name: string, when: HardDelete): Promise<void>;
  createTable(
    database: string,
    table: string,
    tags: readonly string[],
    fields: readonly { name: string; type: "utf8" | "int64" | "uint64" | "float64" | "bool" }[],
  ): Promise<TableInfo>;
  deleteTable(database: string, table: string, when: HardDelete): Promise<void>;
}

export interface TokenCommands {
  createAdmin(): Promise<IssuedToken>;
  regenerateAdmin(): Promise<IssuedToken>;
  createNamed(name: string, expirySeconds: number | null): Promise<IssuedToken>;
  remove(name: string): Promise<void>;
}

export interface Product {
  /** As clients know it: `InfluxDB 3 Core`. */
  name: string;
  influxdbVersion: string;
  version: string;
  revision: string;
}

/** Everything the HTTP front door hands requests on to. */
export interface HttpParts {
  clusterUuid: string;
  processId: string;
  product: Product;
  maxRequestBytes: number;
  catalog: CatalogCommands;
  tokens: TokenCommands;
  writes: WritePath;
  query: QueryService;
  engine: ProcessingEngine;
  listDatabases(format: QueryFormat, showDeleted: boolean): { contentType: string; bytes: Uint8Array };
  logger: Logger;
}
