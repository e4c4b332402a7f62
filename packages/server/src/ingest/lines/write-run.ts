import type { LineParser } from "@millrace/line-protocol";
import type { BufferStore, TableBuffer, TablePosition } from "../../buffer/index.ts";
import type { FieldType } from "../../catalog/index.ts";
import { type ErrorCode, ServerError } from "../../foundation/index.ts";
import { RejectedLines } from "../body/index.ts";
import { type DatabaseState, UNKNOWN_SERIES } from "./database-state.ts";
import { LineErrors } from "./line-errors.ts";
import { type LineSchema, qualifyLine } from "./line-schema.ts";
import { RowWriter } from "./row-writer.ts";
import type { SchemaScope } from "./schema-scope.ts";
import { TableBinding } from "./table-binding.ts";

export interface WriteRunOptions {
  readonly state: DatabaseState;
  readonly scope: SchemaScope;
  readonly store: BufferStore;
  /** Ends with the first refused line. */
  readonly stopAtError: boolean;
  /** Tables created later are not meant by these lines: only replay knows of such. */
  readonly catalogSequence?: number;
}

/** Why a scope may refuse a line when no entry of the error catalogue says it. */
export class LineRefusal extends Error {}

/** What is refused because of the line; anything else concerns the whole write. */
const LINE_PROBLEMS: ReadonlySet<ErrorCode> = new Set([
  "column_type_conflict",
  "too_many_tables",
  "too_many_columns",
  "too_many_tag_columns",
  "reserved_column",
]);

/** Read in one step at most, and the rest of a line: lines of plugins and of others may be long. */
const STEP_MAX_BYTES = 4 * 2 ** 20;

const rowWriter = new RowWriter();
let lastRun = 0;

/** One pass over a body: its rows go to the buffer, where they stay invisible, and can be taken back as a whole. */
export class WriteRun {
  readonly errors = new LineErrors();
  readonly rejected = new RejectedLines();
  acceptedLines = 0;
  readonly #options: WriteRunOptions;
  readonly #id = ++lastRun;
  readonly #catalogSequence: number;
  #finished = false;
  readonly #touched: { binding: TableBinding; before: TablePosition }[] = [];
  // What to forget again if the rows are taken back.
  readonly #learnedKeys: { binding: TableBinding; keyId: number }[] = [];
  readonly #resolvedKeys: number[] = [];
  readonly #learnedFields: { binding: TableBinding; fieldKeyId: number }[] = [];
  readonly #learnedMeasurements: number[] = [];
  readonly #openedTables: TableBuffer[] = [];

  /** The state's parser stands at the beginning of the body. */
  constructor(options: WriteRunOptions) {
    this.#options = options;
    // Generations change between runs only.
    options.state.enterGeneration(options.store.generation);
    this.#catalogSequence = options.catalogSequence ?? Number.POSITIVE_INFINITY;
  }

  get state(): DatabaseState {
    return this.#options.state;
  }

  /** Lines that were neither blank nor comments. */
  get lineCount(): number {
    return this.acceptedLines + this.errors.count;
  }

  /** True when nothing is left to do. */
  get finished(): boolean {
    return this.#finished;
  }

  /** Goes on by at most `maxLines` lines, by fewer where they are long. */
  step(maxLines: number): void {
    const line = this.#options.state.parser;
    const end = line.position + STEP_MAX_BYTES;
    for (let i = 0; i < maxLines && line.position < end && !this.#finished; i++) {
      if (!line.next()) {
        this.#finished = true;
        break;
      }
      const problem = line.error === 0 ? this.#accept(line) : line.errorMessage();
      if (problem !== undefined) this.#reject(line, problem);
    }
  }

  /** The tables written to, as they are now. */
  positions(): (readonly [TableBuffer, TablePosition])[] {
    return this.#touched.map(({ binding: { buffer } }) => [buffer, buffer.position()] as const);
  }

  /** The same tables as they were before. */
  positionsBefore(): (readonly [TableBuffer, TablePosition])[] {
    return this.#touched.map(({ binding, before }) => [binding.buffer, before] as const);
  }

  /**
   * Takes everything back. `afterLoss`: the buffer was cut to its published rows since the run began, so that what
   * lies above them now came from this run.
   */
  undo(afterLoss: boolean): void {
    const { state, store } = this.#options;
    for (const { binding, before } of this.#touched) {
      if (afterLoss) binding.buffer.truncateToPublished();
      else binding.buffer.truncate(before);
    }
    for (const { binding, keyId } of this.#learnedKeys) {
      state.forgetKey(keyId);
      // Nobody else wrote meanwhile: the newest entries are those of this run.
      binding.book.removeLast();
    }
    for (const keyId of this.#resolvedKeys) state.forgetSeries(keyId);
    for (const { binding, fieldKeyId } of this.#learnedFields) binding.forgetField(fieldKeyId);
    for (const measurementId of this.#learnedMeasurements) {
      state.bindings[measurementId]?.book.close();
      state.bindings[measurementId] = undefined;
    }
    for (const table of this.#openedTables) store.withdrawTable(table);
  }

  #accept(line: LineParser): string | undefined {
    const { state } = this.#options;
    const known = state.bindings[line.measurementId];
    const isKnown =
      known !== undefined &&
      known.table.createdSequence <= this.#catalogSequence &&
      known.knowsFields(line) &&
      (state.seriesOf(line.keyId) !== UNKNOWN_SERIES || this.#carryOver(line.keyId, known));
    const problem = isKnown ? undefined : this.#learn(line);
    if (problem !== undefined) return problem;
    const binding = state.bindings[line.measurementId]!;
    this.#touch(binding);
    rowWriter.write(line, binding, state.seriesOf(line.keyId));
    this.acceptedLines++;
    return undefined;
  }

  /** A key that is known from an older generation needs no look at its text and the schema. */
  #carryOver(keyId: number, binding: TableBinding): boolean {
    const entry = this.#options.state.entryOf(keyId);
    if (entry === UNKNOWN_SERIES) return false;
    this.#resolveSeries(keyId, binding, entry);
    return true;
  }

  #resolveSeries(keyId: number, binding: TableBinding, entry: number): void {
    const { state, store } = this.#options;
    if (binding.buffer.generation !== store.generation) binding.buffer = store.openTable(binding.table.id);
    this.#touch(binding);
    state.learnSeries(keyId, binding.buffer.series.resolveEntry(binding.book, entry));
    this.#resolvedKeys.push(keyId);
  }

  #reject(line: LineParser, problem: string): void {
    this.errors.add(line, problem);
    this.rejected.add(line.spanStart, line.position);
    if (this.#options.stopAtError) this.#finished = true;
  }

  #learn(line: LineParser): string | undefined {
    const { scope } = this.#options;
    const savepoint = scope.savepoint();
    try {
      this.#remember(line, qualifyLine(line, scope));
      return undefined;
    } catch (error) {
      scope.rollbackTo(savepoint);
      if (error instanceof LineRefusal) return error.message;
      if (error instanceof ServerError && LINE_PROBLEMS.has(error.code)) return error.message;
      throw error;
    }
  }

  #remember(line: LineParser, schema: LineSchema): void {
    const { state } = this.#options;
    const binding = state.bindings[line.measurementId] ?? this.#bind(line.measurementId, schema);
    for (let i = 0; i < line.fieldCount; i++) {
      const fieldKeyId = line.fieldKeyIds[i]!;
      if (binding.knowsField(fieldKeyId)) continue;
      binding.learnField(fieldKeyId, schema.columnIds[i]!, line.fieldTypes[i] as FieldType);
      this.#learnedFields.push({ binding, fieldKeyId });
    }
    if (state.seriesOf(line.keyId) !== UNKNOWN_SERIES || this.#carryOver(line.keyId, binding)) return;
    const entry = binding.book.add(schema.tagIndexes, schema.tagValues);
    state.learnKey(line.keyId, entry);
    this.#learnedKeys.push({ binding, keyId: line.keyId });
    this.#resolveSeries(line.keyId, binding, entry);
  }

  #bind(measurementId: number, { table }: LineSchema): TableBinding {
    const { state, store } = this.#options;
    const isNew = store.table(table.id) === undefined;
    const binding = new TableBinding(table, store.openTable(table.id), store.openSeriesBook());
    if (isNew) this.#openedTables.push(binding.buffer);
    while (state.bindings.length < measurementId) state.bindings.push(undefined);
    state.bindings[measurementId] = binding;
    this.#learnedMeasurements.push(measurementId);
    return binding;
  }

  #touch(binding: TableBinding): void {
    if (binding.lastRun === this.#id) return;
    binding.lastRun = this.#id;
    this.#touched.push({ binding, before: binding.buffer.position() });
  }
}
