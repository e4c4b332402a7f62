import { type FSWatcher, statSync, watch } from "node:fs";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { stampOf } from "./plugin-source.ts";

/** Changes are looked for so often, because some file systems do not tell of them. */
const POLL_MS = 500;
/** Editors save in several steps. */
const SETTLE_MS = 60;

/**
 * Resolves with true once one of the files, or a Python or test file below one of the directories, changed since
 * `stampBefore` was taken; with false when the signal ends the wait.
 */
export async function changed(
  paths: readonly string[],
  stampBefore: string,
  signal: AbortSignal,
): Promise<boolean> {
  while (!signal.aborted) {
    if (stampOf(paths) !== stampBefore) {
      await settled(paths, signal);
      return !signal.aborted;
    }
    await nextHint(paths, signal);
  }
  return false;
}

async function settled(paths: readonly string[], signal: AbortSignal): Promise<void> {
  let before = stampOf(paths);
  for (;;) {
    await pause(SETTLE_MS, undefined, { signal }).catch(() => {});
    const after = stampOf(paths);
    if (after === before || signal.aborted) return;
    before = after;
  }
}

/** Waits until the system tells of a change or it is time to look again. */
async function nextHint(paths: readonly string[], signal: AbortSignal): Promise<void> {
  const hint = new AbortController();
  const watchers = new Set(paths.map(watchedDirectory)).values();
  const open = [...watchers].flatMap((directory) => startWatcher(directory, () => hint.abort()));
  await pause(POLL_MS, undefined, { signal: AbortSignal.any([signal, hint.signal]) }).catch(() => {});
  for (const watcher of open) watcher.close();
}

/** A file is watched through its directory: saving often replaces it. */
function watchedDirectory(file: string): string {
  const isDirectory = statSync(file, { throwIfNoEntry: false })?.isDirectory() === true;
  return isDirectory ? file : path.dirname(file);
}

function startWatcher(directory: string, onHint: () => void): FSWatcher[] {
  try {
    const watcher = watch(directory, { persistent: false }, onHint);
    watcher.on("error", onHint);
    return [watcher];
  } catch {
    return [];
  }
}
