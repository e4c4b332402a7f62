import { Worker } from "node:worker_threads";
import { forgetLock } from "../environment/index.ts";
import { type PackageClock, PackageError } from "../foundation/index.ts";
import type { InstallResult } from "../installer/index.ts";
import { type RequirementsReader, readRequirements } from "../requirements/index.ts";
import type { FromThread, InstallJob } from "./job.ts";

export interface ThreadOptions {
  readonly clock: PackageClock;
  /** Steps of the installation, for the log. */
  readonly report: (message: string) => void;
  /** An installation that takes longer is given up; the environment stays as it was. */
  readonly timeoutMs?: number;
  /** Gives the installation up: the same as when it takes too long. */
  readonly signal?: AbortSignal;
}

const TIMEOUT_MS = 15 * 60_000;

/** Runs an installation in a thread of its own, so that the one that asks stays free for others. */
export async function installInThread(job: InstallJob, options: ThreadOptions): Promise<InstallResult> {
  const { clock, report, timeoutMs = TIMEOUT_MS, signal } = options;
  if (signal?.aborted) throw stopped();
  // Nothing of the environment is passed on beside what the job names.
  const worker = new Worker(new URL("./main.js", import.meta.url), { workerData: job, env: {} });
  let stop = (): void => {};
  try {
    return await new Promise<InstallResult>((resolve, reject) => {
      stop = () => reject(stopped());
      signal?.addEventListener("abort", stop);
      const giveUp = (why: string): void =>
        reject(new PackageError("environment", `the installation ${why}`));
      const timer = clock.schedule(timeoutMs, () =>
        giveUp(`took longer than ${timeoutMs / 1000} s and was given up`),
      );
      worker.on("message", (message: FromThread) => {
        if (message.kind === "report") return report(message.message);
        timer.cancel();
        if (message.kind === "done") resolve(message.result);
        else reject(new PackageError(message.error.kind, message.error.message));
      });
      worker.once("error", (error) => giveUp(`failed: ${error.message}`));
      worker.once("exit", () => {
        timer.cancel();
        giveUp("ended before it was done");
      });
    });
  } finally {
    signal?.removeEventListener("abort", stop);
    const { threadId } = worker;
    await worker.terminate();
    await forgetLock(job.directory, threadId);
  }
}

function stopped(): PackageError {
  return new PackageError("stopped", "the installation was stopped before it was done");
}

/** Reads a requirements file with the files that it needs, so that a thread can install from it. */
export async function collectRequirements(
  file: string,
  reader: RequirementsReader,
): Promise<InstallJob["what"]> {
  const texts: Record<string, string> = {};
  await readRequirements(file, {
    readText: async (path) => {
      const text = await reader.readText(path);
      texts[path] = text;
      return text;
    },
  });
  return { file, texts };
}
