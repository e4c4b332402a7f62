import type { BufferBatch } from "../../buffer/index.ts";
import type { PostedTask, Task } from "./protocol.ts";

/** Puts a task that arrives in several messages together again. */
export class TaskInbox {
  #buffer: BufferBatch[] = [];

  add(batch: BufferBatch): void {
    this.#buffer.push(batch);
  }

  complete(posted: PostedTask): Task {
    const buffer = this.#buffer;
    this.#buffer = [];
    return posted.kind === "snapshot" ? { kind: "snapshot", task: { ...posted.task, buffer } } : posted;
  }
}
