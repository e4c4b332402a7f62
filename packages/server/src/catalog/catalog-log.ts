import { setImmediate as nextTurn } from "node:timers/promises";
import { type RandomBytes, ServerError } from "../foundation/index.ts";
import type { ObjectStore } from "../object-store/index.ts";
import { operationsOf } from "./checkpoint.ts";
import {
  CatalogDamagedError,
  CatalogFile,
  decodeCatalogHeader,
  decodeOperations,
  encodeCatalogFile,
  encodeLines,
} from "./format.ts";
import type { CatalogOperation } from "./operations.ts";
import { applyOperations, type CatalogState, emptyState, InconsistentCatalogError } from "./state.ts";

/** Operations that are turned into text before other work gets its turn. */
const OPERATIONS_A_TURN = 500;

/** Where a node's catalog lies in the object store: docs/formats/catalog.md. */
export class CatalogLog {
  readonly #store: ObjectStore;
  readonly #directory: string;
  readonly #writer: bigint;
  /** Logs up to here may be gone: what the checkpoint before the last one held. */
  #previousCheckpoint = 0;
  #lastCheckpoint = 0;

  constructor(options: { store: ObjectStore; nodeId: string; random: RandomBytes }) {
    this.#store = options.store;
    this.#directory = `${options.nodeId}/catalog/v1`;
    this.#writer = Buffer.from(options.random(8)).readBigUInt64LE();
  }

  /** Sequence of the newest checkpoint; 0 when there is none. */
  get lastCheckpoint(): number {
    return this.#lastCheckpoint;
  }

  /** The catalog as it was last committed; sequence 0 when there is none. */
  async load(): Promise<CatalogState> {
    let state = await this.#loadCheckpoint();
    this.#lastCheckpoint = state.sequence;
    for (const { key } of await this.#store.list(`${this.#directory}/logs/`)) {
      const sequence = sequenceOf(key);
      if (sequence <= state.sequence) continue;
      if (sequence !== state.sequence + 1) {
        throw new CatalogDamagedError(this.#logKey(state.sequence + 1), 0, "the file is missing");
      }
      const bytes = await this.#store.get(key);
      if (bytes === undefined) throw new CatalogDamagedError(key, 0, "the file is missing");
      if (decodeCatalogHeader(CatalogFile.log, key, bytes).sequence !== sequence) {
        throw new CatalogDamagedError(key, 16, "it holds another commit than its name says");
      }
      state = applyFile(state, key, sequence, bytes);
    }
    return state;
  }

  async #loadCheckpoint(): Promise<CatalogState> {
    const key = this.#checkpointKey();
    const bytes = await this.#store.get(key);
    if (bytes === undefined) return emptyState;
    const { sequence } = decodeCatalogHeader(CatalogFile.checkpoint, key, bytes);
    return applyFile(emptyState, key, sequence, bytes);
  }

  /** Makes a commit durable. Rejects with ServerError; the commit is then not part of the catalog. */
  async append(sequence: number, operations: readonly CatalogOperation[]): Promise<void> {
    const key = this.#logKey(sequence);
    const header = { sequence, writer: this.#writer };
    const bytes = encodeCatalogFile(CatalogFile.log, header, [encodeLines(operations)]);
    try {
      if ((await this.#store.put(key, bytes, { ifNoneMatch: true })) === "written") return;
      const present = await this.#store.get(key);
      if (
        present !== undefined &&
        decodeCatalogHeader(CatalogFile.log, key, present).writer !== this.#writer
      ) {
        throw new ServerError("catalog_second_owner", { file: key });
      }
      // Our own, from a commit that was reported as failed although the store had taken it.
      await this.#store.put(key, bytes);
    } catch (error) {
      if (error instanceof ServerError) throw error;
      throw new ServerError("catalog_write_failed", { detail: (error as Error).message }, undefined, error);
    }
  }

  /** Stores the whole state in one file and removes the logs that the checkpoint before it made superfluous. */
  async checkpoint(state: CatalogState): Promise<void> {
    const lines: string[] = [];
    let batch: CatalogOperation[] = [];
    for (const operation of operationsOf(state)) {
      batch.push(operation);
      if (batch.length < OPERATIONS_A_TURN) continue;
      lines.push(encodeLines(batch));
      batch = [];
      await nextTurn();
    }
    lines.push(encodeLines(batch));
    const header = { sequence: state.sequence, writer: this.#writer };
    await this.#store.put(this.#checkpointKey(), encodeCatalogFile(CatalogFile.checkpoint, header, lines));
    this.#previousCheckpoint = this.#lastCheckpoint;
    this.#lastCheckpoint = state.sequence;
    await this.#removeLogs();
  }

  /** The newest logs stay, so that a second writer that is only a little behind still meets one and stops. */
  async #removeLogs(): Promise<void> {
    for (const { key } of await this.#store.list(`${this.#directory}/logs/`)) {
      if (sequenceOf(key) > this.#previousCheckpoint) return;
      await this.#store.delete(key);
    }
  }

  #checkpointKey(): string {
    return `${this.#directory}/checkpoint`;
  }

  #logKey(sequence: number): string {
    return `${this.#directory}/logs/${String(sequence).padStart(20, "0")}.catalog`;
  }
}

function sequenceOf(key: string): number {
  const match = /\/(\d{20})\.catalog$/.exec(key);
  if (match === null) throw new CatalogDamagedError(key, 0, "a file of this name does not belong here");
  return Number(match[1]);
}

function applyFile(state: CatalogState, key: string, sequence: number, bytes: Uint8Array): CatalogState {
  try {
    return applyOperations(state, sequence, [...decodeOperations(key, bytes)]).state;
  } catch (error) {
    if (!(error instanceof InconsistentCatalogError)) throw error;
    throw new CatalogDamagedError(key, 0, error.message);
  }
}
