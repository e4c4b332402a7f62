export type {
  FromWorker,
  QueryEnd,
  SchemaMessage,
  SqlMessage,
  StartedQuery,
  StateMessage,
  TableShape,
  ToWorker,
  WorkerOptions,
  WorkerSetup,
} from "./messages.ts";

/** How many chunks of a result may be under way to a client that has not taken them. */
export const CHUNK_CREDITS = 4;
export const CHUNK_BYTES = 256 * 1024;
