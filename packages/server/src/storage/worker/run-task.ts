import { systemReason } from "../../foundation/index.ts";
import { runCompaction } from "../compaction/index.ts";
import type { TaskDeps } from "../data-file/index.ts";
import { runSnapshot } from "../snapshot/index.ts";
import type { FromWorker, Task } from "./protocol.ts";

/** Whatever happens is an answer. */
export async function runTask(task: Task, deps: TaskDeps): Promise<FromWorker> {
  try {
    const outcome =
      task.kind === "snapshot" ? await runSnapshot(task.task, deps) : await runCompaction(task.task, deps);
    return { kind: "done", outcome };
  } catch (error) {
    return { kind: "failed", message: systemReason(error) };
  }
}
