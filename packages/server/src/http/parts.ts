import type { QueryFormat } from "@millrace/api";
import type { DatabaseCommands, TokenCommands } from "../catalog/index.ts";
import type { ProcessingEngine } from "../engine/index.ts";
import type { Clock, Logger } from "../foundation/index.ts";
import type { WritePath } from "../ingest/index.ts";
import type { QueryService } from "../query/index.ts";
import type { RequestMeter } from "./request-meter.ts";

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
  catalog: DatabaseCommands;
  tokens: TokenCommands;
  writes: WritePath;
  query: QueryService;
  engine: ProcessingEngine;
  listDatabases(format: QueryFormat, showDeleted: boolean): { contentType: string; bytes: Uint8Array };
  meter: RequestMeter;
  /** Everything that is measured, as text for scrapers. */
  metrics: { readonly contentType: string; text(): Promise<string> };
  clock: Clock;
  logger: Logger;
}
