import { systemReason } from "../../foundation/index.ts";
import {
  encodeFile,
  FilePuts,
  type OpenSource,
  Stopwatch,
  type TaskDeps,
  type TaskOutcome,
} from "../data-file/index.ts";
import { fileRows, mergeSorted } from "../merge/index.ts";
import { type FileOrigin, ParquetFile, physicalNames } from "../parquet/index.ts";
import { type CompactionTask, dataFileKey, type NewFile } from "../tasks.ts";
import type { DataFile, FileColumn } from "../types.ts";

export type CompactionDeps = Omit<TaskDeps, "pause">;

/** Merges files into one. When it resolves the file is durable; the inputs are as they were, whatever happens. */
export async function runCompaction(task: CompactionTask, deps: CompactionDeps): Promise<TaskOutcome> {
  const watch = new Stopwatch(deps.clock);
  const inputs = await deps.files.acquire(task.inputs.map(({ key }) => key));
  watch.spent("storeMs");
  const puts = new FilePuts({ store: deps.store, onStored: deps.onProgress });
  try {
    const { file, bytes } = mergeFiles(task, inputs.paths, deps);
    watch.spent("encodeMs");
    deps.onProgress();
    await puts.add(file.key, bytes);
    await puts.finish();
    watch.spent("storeMs");
    return { files: [file], figures: watch.figures([file]) };
  } catch (error) {
    await puts.undo();
    throw error;
  } finally {
    inputs.release();
  }
}

function mergeFiles(
  task: CompactionTask,
  paths: readonly string[],
  deps: CompactionDeps,
): { file: NewFile; bytes: Uint8Array } {
  const columns = columnsOf(task);
  const sources: OpenSource[] = [];
  try {
    const files = task.inputs.map(({ key }, at) => {
      const source = openInput(key, paths[at]!, deps);
      sources.push(source);
      return ParquetFile.open(source, key);
    });
    const inputs = files.map((file) => fileRows(file, columns));
    const origin = originOf(task.inputs);
    const names = physicalNames(task.table.columns);
    const { bytes, ...facts } = encodeFile({ columns, names, origin }, mergeSorted(inputs, columns));
    const key = dataFileKey(task.naming, origin);
    return {
      file: { key, ...origin, ...facts, sizeBytes: bytes.length, createdAtMs: task.createdAtMs },
      bytes,
    };
  } finally {
    for (const source of sources) source.close();
  }
}

function openInput(key: string, path: string, deps: CompactionDeps): OpenSource {
  try {
    return deps.openFile(path);
  } catch (error) {
    throw new Error(`cannot read data file ${key}: ${systemReason(error)}`, { cause: error });
  }
}

/** The columns that any of the inputs has. */
function columnsOf({ inputs, table }: CompactionTask): FileColumn[] {
  const ids = new Set(inputs.flatMap(({ columnIds }) => columnIds));
  return table.columns.filter(({ id }) => ids.has(id));
}

function originOf(inputs: readonly DataFile[]): FileOrigin {
  const { databaseId, tableId, day } = inputs[0]!;
  return {
    databaseId,
    tableId,
    day,
    firstSnapshot: Math.min(...inputs.map(({ firstSnapshot }) => firstSnapshot)),
    lastSnapshot: Math.max(...inputs.map(({ lastSnapshot }) => lastSnapshot)),
  };
}
