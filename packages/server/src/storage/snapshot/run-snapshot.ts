import { BufferMirror, type TableView } from "../../buffer/index.ts";
import { encodeFile, FilePuts, Stopwatch, type TaskDeps, type TaskOutcome } from "../data-file/index.ts";
import {
  filledColumns,
  type RowsOfDay,
  rowsByDay,
  Scratch,
  selectColumns,
  viewRows,
} from "../merge/index.ts";
import { physicalNames } from "../parquet/index.ts";
import { dataFileKey, type NewFile, type SnapshotTask, type TaskTable } from "../tasks.ts";

export type SnapshotDeps = Pick<TaskDeps, "store" | "clock" | "pause" | "onProgress">;

/** Writes a frozen generation to the store. When it resolves all files are durable; when it rejects none is of use. */
export async function runSnapshot(task: SnapshotTask, deps: SnapshotDeps): Promise<TaskOutcome> {
  const puts = new FilePuts({ store: deps.store, onStored: deps.onProgress });
  try {
    return await new Snapshot(task, deps, puts).run();
  } catch (error) {
    await puts.undo();
    throw error;
  }
}

class Snapshot {
  readonly #task: SnapshotTask;
  readonly #deps: SnapshotDeps;
  readonly #puts: FilePuts;
  readonly #watch: Stopwatch;
  readonly #scratch = new Scratch();
  readonly #files: NewFile[] = [];

  constructor(task: SnapshotTask, deps: SnapshotDeps, puts: FilePuts) {
    this.#task = task;
    this.#deps = deps;
    this.#puts = puts;
    this.#watch = new Stopwatch(deps.clock);
  }

  async run(): Promise<TaskOutcome> {
    const mirror = new BufferMirror();
    const { buffer, generation, tables } = this.#task;
    let sequence = 0;
    for (const part of buffer) {
      mirror.apply(part);
      sequence = part.sequence;
    }
    for (const table of tables) {
      const { tableId } = table;
      const view = mirror.views(tableId).find((one) => one.generation === generation);
      if (view !== undefined) await this.#writeTable(table, view);
      // Its rows are in files: the orders and dictionaries that its view remembers are of no use any more.
      mirror.apply({ sequence, messages: [{ kind: "table-dropped", tableId }] });
    }
    await this.#puts.finish();
    this.#watch.spent("storeMs");
    return { files: this.#files, figures: this.#watch.figures(this.#files) };
  }

  async #writeTable(table: TaskTable, view: TableView): Promise<void> {
    const days = rowsByDay(view);
    this.#watch.spent("sortMs");
    const filled = filledColumns(view, table.columns);
    for (const day of days) await this.#writeDay(table, view, filled, day);
  }

  async #writeDay(
    table: TaskTable,
    view: TableView,
    filled: readonly number[],
    { day, rows }: RowsOfDay,
  ): Promise<void> {
    const { snapshot, naming, createdAtMs } = this.#task;
    const source = viewRows(view, table.columns, { rows, scratch: this.#scratch });
    const place = { databaseId: table.databaseId, tableId: table.tableId, day };
    const columns = filled.map((at) => table.columns[at]!);
    const origin = { ...place, firstSnapshot: snapshot, lastSnapshot: snapshot };
    const names = physicalNames(table.columns);
    const { bytes, ...facts } = encodeFile({ columns, names, origin }, selectColumns(source, filled));
    this.#watch.spent("encodeMs");
    const key = dataFileKey(naming, place);
    this.#files.push({ key, ...origin, ...facts, sizeBytes: bytes.length, createdAtMs });
    await this.#puts.add(key, bytes);
    await this.#deps.pause();
    this.#watch.spent("storeMs");
  }
}
