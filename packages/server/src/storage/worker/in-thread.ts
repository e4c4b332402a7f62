import type { TaskDeps } from "../data-file/index.ts";
import { runTask } from "./run-task.ts";
import { TaskInbox } from "./task-inbox.ts";
import type { StartWorker } from "./task-queue.ts";

/** A worker without a thread: tests can put every operation of it in their own order. */
export function inThreadWorker(deps: Omit<TaskDeps, "onProgress">): StartWorker {
  return (handlers) => {
    let ended = false;
    const inbox = new TaskInbox();
    const end = (reason: string) => {
      if (ended) return;
      ended = true;
      handlers.onExit(reason);
    };
    return {
      post(message) {
        if (message.kind === "close") {
          end("it was closed");
          return;
        }
        if (message.kind === "buffer") {
          inbox.add(message.batch);
          return;
        }
        const onProgress = () => {
          if (!ended) handlers.onMessage({ kind: "progress" });
        };
        void runTask(inbox.complete(message.task), { ...deps, onProgress }).then((answer) => {
          if (!ended) handlers.onMessage(answer);
        });
      },
      terminate: () => end("it was ended"),
    };
  };
}
