import type { BufferStore } from "../../buffer/index.ts";
import type { CatalogChange, NodeCatalog } from "../../catalog/index.ts";
import type { ServerConfig } from "../../config/index.ts";
import type { ProcessingEngine } from "../../engine/index.ts";
import type { Product, RequestMeter } from "../../http/index.ts";
import type { RecoverableWritePath } from "../../ingest/index.ts";
import type { StoreFigures } from "../../object-store/index.ts";
import type { QueryFigures } from "../../query/index.ts";
import type { Storage } from "../../storage/index.ts";
import type { Wal } from "../../wal/index.ts";
import type { EventLoop } from "./event-loop.ts";

/** Where the numbers are: every part counts for itself, and is asked when somebody scrapes. */
export interface Measured {
  readonly product: Product;
  readonly processId: string;
  readonly startedAtMs: number;
  readonly config: ServerConfig;
  readonly requests: RequestMeter;
  readonly writes: Pick<RecoverableWritePath, "figures" | "pendingWrites">;
  readonly wal: Pick<Wal, "stats" | "bytesSinceSnapshot">;
  readonly buffer: Pick<BufferStore, "bytes" | "heapBytes" | "activeBytes" | "idleBytes" | "frozen">;
  readonly maxHeapBytes: number;
  readonly catalog: Pick<NodeCatalog, "databaseById" | "sequence">;
  readonly catalogChanges: ReadonlyMap<CatalogChange["kind"], number>;
  readonly storage: Pick<Storage, "stats">;
  readonly queries: QueryFigures;
  readonly queryPermits: number;
  readonly store: StoreFigures;
  readonly engine: Pick<ProcessingEngine, "figures">;
  readonly eventLoop: EventLoop;
}
