import { CommitLog, SecondWriterError } from "../commit-log/index.ts";
import {
  type Clock,
  type Limits,
  type Logger,
  Mutex,
  type RandomBytes,
  ServerError,
  systemClock,
  systemRandom,
  type Timer,
  unlimited,
} from "../foundation/index.ts";
import type { ObjectStore } from "../object-store/index.ts";
import { operationsOf } from "./checkpoint.ts";
import type { CatalogCore } from "./core.ts";
import { DatabaseAdministration } from "./database-commands.ts";
import { CatalogDraft } from "./draft.ts";
import { INTERNAL_DATABASE } from "./names.ts";
import type { CatalogOperation } from "./operations.ts";
import type { DatabaseRecord, TableRecord } from "./records.ts";
import { applyOperations, type CatalogState, emptyState } from "./state.ts";
import { TokenAdministration } from "./token-commands.ts";
import { TriggerAdministration } from "./trigger-commands.ts";
import type { Catalog, CatalogChange, SchemaDraft, TokenInfo } from "./types.ts";

export interface CatalogOptions {
  store: ObjectStore;
  nodeId: string;
  logger: Logger;
  limits?: Limits;
  /** Between a delete and the removal of the data, when the request names no time. */
  hardDeleteDefaultMs?: number;
  /** Remembered from the first start on. */
  gen1DurationSeconds?: number;
  clock?: Clock;
  random?: RandomBytes;
  /** Another server has the node: what this one knows is out of date, and it should stop. */
  onFatal?: (error: Error) => void;
}

const DAY_MS = 86_400_000;
const HARD_DELETE_DEFAULT_MS = 3 * DAY_MS;
const INTERNAL_RETENTION_NS = 7n * 86_400_000_000_000n;

/** Between a commit that the store rejected and the one that takes its place. */
const SETTLE_PAUSE_MS = 1000;

/** docs/formats/catalog.md */
const layoutOf = (nodeId: string) => ({
  subject: "catalog",
  directory: `${nodeId}/catalog/v1`,
  extension: "catalog",
  logMagic: "MRCATLOG",
  checkpointMagic: "MRCATCHK",
});

type CatalogLog = CommitLog<CatalogOperation>;

/** The catalog of one node: an immutable state, replaced by each commit once that is durable. */
export class NodeCatalog implements Catalog {
  readonly databaseCommands: DatabaseAdministration;
  readonly triggerCommands: TriggerAdministration;
  readonly tokenCommands: TokenAdministration;
  readonly #log: CatalogLog;
  readonly #logger: Logger;
  readonly #limits: Limits;
  readonly #onFatal: (error: Error) => void;
  readonly #commits = new Mutex();
  readonly #listeners: ((change: CatalogChange) => void)[] = [];
  readonly #clock: Clock;
  /** Ids of databases. */
  readonly #unconfirmedDeletes = new Set<number>();
  #settling: Timer | undefined;
  #closed = false;
  #state: CatalogState;

  private constructor(options: CatalogOptions, log: CatalogLog, state: CatalogState) {
    this.#log = log;
    this.#state = state;
    this.#logger = options.logger;
    this.#clock = options.clock ?? systemClock;
    this.#limits = options.limits ?? unlimited;
    this.#onFatal = options.onFatal ?? (() => {});
    const core = this.#core(options);
    this.databaseCommands = new DatabaseAdministration(core);
    this.triggerCommands = new TriggerAdministration(core);
    this.tokenCommands = new TokenAdministration(core);
  }

  /** Reads the node's catalog, or creates it at the first start. Rejects with LogDamagedError. */
  static async open(options: CatalogOptions): Promise<NodeCatalog> {
    const random = options.random ?? systemRandom;
    const { store, nodeId, logger } = options;
    const log: CatalogLog = new CommitLog({ store, layout: layoutOf(nodeId), random, logger });
    let state = emptyState;
    await log.load((sequence, operations) => {
      state = applyOperations(state, sequence, operations).state;
    });
    const catalog = new NodeCatalog(options, log, state);
    if (catalog.sequence === 0) await catalog.#createInstance(options, random);
    // A catalog from before durations were kept.
    if (catalog.gen1DurationSeconds === null)
      await catalog.#commitUnlessConflict(() => gen1Duration(options));
    return catalog;
  }

  /** To be called by a new owner of the node before anything else is: its predecessor may only sleep. */
  async takeOver(): Promise<void> {
    await this.#commits.run(() =>
      this.#log.takeOver((sequence, operations) => {
        this.#state = applyOperations(this.#state, sequence, operations).state;
      }),
    );
  }

  get uuid(): string {
    return this.#state.uuid;
  }

  /** What the first start was told, or the first one that told it. */
  get gen1DurationSeconds(): number | null {
    return this.#state.gen1DurationSeconds;
  }

  get sequence(): number {
    return this.#state.sequence;
  }

  database(name: string): DatabaseRecord | undefined {
    const id = this.#state.databaseIds.get(name);
    const database = id === undefined ? undefined : this.#state.databases.get(id);
    return database?.deleted ? undefined : database;
  }

  databaseById(id: number): DatabaseRecord | undefined {
    return this.#state.databases.get(id);
  }

  tableById(id: number): TableRecord | undefined {
    const database = this.#state.databaseOfTable.get(id);
    return database === undefined ? undefined : this.#state.databases.get(database)?.tableById(id);
  }

  hadDatabase(id: number): boolean {
    return id < this.#state.next.database;
  }

  databases(): Iterable<DatabaseRecord> {
    return this.#state.databases.values();
  }

  tokens(): Iterable<TokenInfo> {
    return this.#state.tokens.values();
  }

  tokenByHash(hash: string): TokenInfo | undefined {
    const id = this.#state.tokenIds.get(hash);
    return id === undefined ? undefined : this.#state.tokens.get(id);
  }

  draft(name: string): SchemaDraft {
    return new CatalogDraft(this.#state, name, this.#limits, (build) => this.#commitUnlessConflict(build));
  }

  onChange(listener: (change: CatalogChange) => void): void {
    this.#listeners.push(listener);
  }

  /**
   * Why a database should take no writes right now: the store failed to confirm a delete in it. After a restart the
   * delete may turn out to have happened, and what was written after it would be gone.
   */
  refusal(databaseId: number): string | undefined {
    if (!this.#unconfirmedDeletes.has(databaseId)) return undefined;
    return "the object store has not confirmed a delete in this database; it is asked again until it does";
  }

  /** Waits for commits and checkpoints under way. */
  async close(): Promise<void> {
    this.#settling?.cancel();
    this.#closed = true;
    await this.#commits.run(async () => {});
    await this.#log.idle();
  }

  #core(options: CatalogOptions): CatalogCore {
    const catalog = this;
    return {
      clock: options.clock ?? systemClock,
      random: options.random ?? systemRandom,
      limits: this.#limits,
      hardDeleteDefaultMs: options.hardDeleteDefaultMs ?? HARD_DELETE_DEFAULT_MS,
      get state() {
        return catalog.#state;
      },
      commit: async (build) => {
        await this.#commitUnlessConflict(build);
      },
    };
  }

  #commitUnlessConflict(
    build: (state: CatalogState) => readonly CatalogOperation[] | "conflict",
  ): Promise<boolean> {
    return this.#commits.run(async () => {
      const operations = build(this.#state);
      if (operations === "conflict") return false;
      if (operations.length > 0) await this.#apply(operations);
      return true;
    });
  }

  async #apply(operations: readonly CatalogOperation[]): Promise<void> {
    const sequence = this.#state.sequence + 1;
    const { state, changes } = applyOperations(this.#state, sequence, operations);
    try {
      await this.#log.append(operations);
    } catch (error) {
      this.#settleLater(operations, error);
      throw this.#explained(error);
    }
    this.#unconfirmedDeletes.clear();
    this.#state = state;
    for (const change of changes) this.#tell(change);
    this.#log.checkpointIfDue(() => operationsOf(state));
  }

  #explained(error: unknown): ServerError {
    if (!(error instanceof SecondWriterError)) {
      return new ServerError("catalog_write_failed", { detail: (error as Error).message }, undefined, error);
    }
    const explained = new ServerError("catalog_second_owner", { file: error.file });
    this.#onFatal(explained);
    return explained;
  }

  /** The rejected commit may be in the store: another one must take its place before it is found. */
  #settleLater(operations: readonly CatalogOperation[], error: unknown): void {
    if (error instanceof SecondWriterError) return;
    for (const operation of operations) {
      if (operation.op === "delete-database" || operation.op === "delete-table") {
        this.#unconfirmedDeletes.add(operation.database);
      }
    }
    this.#settling?.cancel();
    if (this.#closed) return;
    this.#settling = this.#clock.schedule(SETTLE_PAUSE_MS, () => {
      // A failure comes back here.
      this.#commits.run(() => (this.#log.isSettled ? undefined : this.#apply([]))).catch(() => {});
    });
  }

  #tell(change: CatalogChange): void {
    for (const listener of this.#listeners) {
      try {
        listener(change);
      } catch (error) {
        // The commit is durable: one listener's defect must not keep the others from learning of it.
        this.#logger.error("a listener of the catalog failed", { change: change.kind, error: String(error) });
      }
    }
  }

  async #createInstance(options: CatalogOptions, random: RandomBytes): Promise<void> {
    await this.#commitUnlessConflict(() => [
      { op: "instance", uuid: randomUuid(random), createdAtMs: this.#clock.nowMs() },
      { op: "create-database", id: 0, name: INTERNAL_DATABASE, retentionNs: String(INTERNAL_RETENTION_NS) },
      ...gen1Duration(options),
    ]);
  }
}

function gen1Duration({ gen1DurationSeconds: seconds }: CatalogOptions): CatalogOperation[] {
  return seconds === undefined ? [] : [{ op: "gen1-duration", seconds }];
}

/** A version 4 UUID. */
function randomUuid(random: RandomBytes): string {
  const bytes = Buffer.from(random(16));
  bytes[6] = (bytes[6]! & 0x0f) | 0x40;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = bytes.toString("hex");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}
