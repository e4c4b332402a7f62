import { PRECISION_NAMES, type Precision } from "@millrace/line-protocol";
import type { BufferStore } from "../buffer/index.ts";
import type { Catalog } from "../catalog/index.ts";
import { ServerError } from "../foundation/index.ts";
import type { Wal } from "../wal/index.ts";
import type { StagedBody } from "./body/index.ts";
import type { CommitGroups, Deliveries } from "./durability/index.ts";
import type { DatabaseStates } from "./lines/index.ts";
import { DraftScope, WriteRun } from "./lines/index.ts";
import type { WriteRequest, WriteResult } from "./types.ts";
import type { WriteFigures } from "./write-figures.ts";

/** Somebody else changes the schema at the same time; each attempt sees a newer one. */
const SCHEMA_ATTEMPTS = 20;

/** A write whose body is staged. `settled` is called once, when nothing of it is under way any more. */
export interface StagedWrite {
  readonly request: WriteRequest;
  readonly body: StagedBody;
  readonly defaultTimeNs: bigint;
  resolve(result: WriteResult): void;
  reject(error: unknown): void;
  settled(): void;
}

export interface WriteApplierOptions {
  readonly catalog: Catalog;
  readonly wal: Wal;
  readonly buffer: BufferStore;
  readonly states: DatabaseStates;
  readonly groups: CommitGroups;
  readonly deliveries: Deliveries;
  readonly figures: WriteFigures;
  readonly sliceLines: number;
  /** Lets other work of the thread have a turn. */
  readonly yieldTurn: () => Promise<void>;
}

/** One pass over a write's body, against the schema and the buffer as they were when it began. */
interface Attempt {
  readonly run: WriteRun;
  readonly scope: DraftScope;
  readonly losses: number;
}

/** Brings one write after the other into buffer and WAL: rows first, then their schema, then the log. */
export class WriteApplier {
  readonly #options: WriteApplierOptions;

  constructor(options: WriteApplierOptions) {
    this.#options = options;
  }

  /** Small writes to known tables are done when this returns; others go on in slices. */
  apply(write: StagedWrite): void | Promise<void> {
    let attempt: Attempt | undefined;
    try {
      attempt = this.#begin(write);
      attempt.run.step(this.#options.sliceLines);
      if (!attempt.run.finished || attempt.scope.pending) return this.#applyInSlices(write, attempt);
      this.#conclude(write, attempt);
    } catch (error) {
      this.#abandon(write, attempt, error);
    }
  }

  async #applyInSlices(write: StagedWrite, first: Attempt): Promise<void> {
    let attempt: Attempt | undefined = first;
    try {
      for (let tries = 1; tries <= SCHEMA_ATTEMPTS; tries++) {
        while (!attempt.run.finished) {
          await this.#options.yieldTurn();
          attempt.run.step(this.#options.sliceLines);
        }
        const schemaIsReady = await this.#commitSchema(write, attempt);
        if (schemaIsReady && this.#isCurrent(attempt)) return this.#conclude(write, attempt);
        this.#undo(attempt);
        attempt = undefined;
        attempt = this.#begin(write);
      }
      throw new ServerError("write_overloaded", { detail: "the schema of the database keeps changing" });
    } catch (error) {
      this.#abandon(write, attempt, error);
    }
  }

  #begin({ request, body, defaultTimeNs }: StagedWrite): Attempt {
    const { catalog, buffer, groups, states } = this.#options;
    const precision = asPrecision(request.precision);
    const scope = new DraftScope(catalog, request.database);
    const state = states.get(request.database);
    state.parser.reset(body.bytes, body.start, body.end - body.start, { precision, defaultTimeNs });
    const run = new WriteRun({ state, scope, store: buffer, stopAtError: !request.acceptPartial });
    return { run, scope, losses: groups.losses };
  }

  /** Makes the schema of accepted rows durable. False: someone else's change came first. */
  async #commitSchema(write: StagedWrite, attempt: Attempt): Promise<boolean> {
    if (!this.#isCurrent(attempt)) return false;
    if (!attempt.scope.pending || !isAccepted(write, attempt)) return true;
    return (await attempt.scope.commit()) === "committed";
  }

  /** Whether what the rows were made for is still there: the tables they are in, and the rows before them. */
  #isCurrent({ run, losses }: Attempt): boolean {
    return run.state.valid && losses === this.#options.groups.losses;
  }

  #conclude(write: StagedWrite, attempt: Attempt): void {
    const { run } = attempt;
    const { request } = write;
    if (run.lineCount === 0) throw new ServerError("write_empty");
    if (isAccepted(write, attempt)) {
      this.#append(write, attempt);
    } else {
      this.#countRefused(request.database, run.errors.count);
      if (!request.acceptPartial) throw new ServerError("line_protocol_error", {}, run.errors.listed[0]);
      this.#undo(attempt);
      this.#options.wal.release(write.body.slice);
      write.resolve({ acceptedLines: 0, errors: run.errors.list() });
      write.settled();
    }
    this.#options.states.keepBounds(request.database);
  }

  #append(write: StagedWrite, { run, scope }: Attempt): void {
    const { request, body, defaultTimeNs } = write;
    const { catalog, deliveries, figures, groups, wal } = this.#options;
    const { precision, origin, noSync } = request;
    const databaseId = scope.database.id;
    const { acceptedLines } = run;
    const rejectedLines = run.errors.count;
    const length = run.rejected.remove(body.bytes, body.start, body.end) - body.start;
    const positions = run.positions();
    const delivery = deliveries.prepare(databaseId, () => ({
      databaseId,
      precision,
      defaultTimeNs,
      ...deliveries.copies.copy(body.bytes.subarray(body.start, body.start + length)),
      lines: acceptedLines,
      tableIds: positions.map(([table]) => table.tableId),
      origin,
    }));
    const result = { acceptedLines, errors: run.errors.list() };
    const { losses } = groups;
    const { slice } = body;
    const { sequence: catalogSequence } = catalog;
    const entry = { databaseId, catalogSequence, precision, defaultTimeNs, slice, length, noSync };
    groups.add(positions, delivery);
    try {
      wal.append(entry, (error) => {
        write.settled();
        if (error === undefined && losses === groups.losses) {
          figures.add(databaseId, acceptedLines, rejectedLines, length);
          write.resolve(result);
        } else
          write.reject(error ?? new ServerError("wal_write_failed", { detail: "an earlier write failed" }));
      });
    } catch (error) {
      groups.retract(run.positionsBefore(), delivery);
      throw error;
    }
    if (noSync) write.resolve(result);
  }

  #countRefused(databaseName: string, lines: number): void {
    const database = this.#options.catalog.database(databaseName);
    if (database !== undefined) this.#options.figures.add(database.id, 0, lines, 0);
  }

  /** Nothing of the write stays. */
  #abandon(write: StagedWrite, attempt: Attempt | undefined, error: unknown): void {
    if (attempt !== undefined) this.#undo(attempt);
    this.#options.states.keepBounds(write.request.database);
    this.#options.wal.release(write.body.slice);
    write.reject(error);
    write.settled();
  }

  #undo({ run, losses }: Attempt): void {
    run.undo(losses !== this.#options.groups.losses);
  }
}

function isAccepted({ request }: StagedWrite, { run }: Attempt): boolean {
  return run.acceptedLines > 0 && (request.acceptPartial || run.errors.count === 0);
}

function asPrecision(code: number): Precision {
  if (PRECISION_NAMES[code] === undefined) throw new RangeError(`${code} is no precision code`);
  return code as Precision;
}
