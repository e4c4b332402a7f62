import type { Io } from "../../io/index.ts";
import { changed, stampOf } from "../../local/index.ts";

const CLEAR_SCREEN = "\x1b[2J\x1b[3J\x1b[H";

/**
 * Runs at once and again after every change of the paths, until the user ends it. A second signal does not wait
 * for the end of a run.
 */
export async function watching(
  io: Io,
  paths: () => readonly string[],
  run: () => Promise<void>,
): Promise<number> {
  const ending = new AbortController();
  const stopListening = io.signals.listen(() => {
    if (ending.signal.aborted) io.signals.abort();
    ending.abort();
  });
  try {
    let watched: readonly string[];
    let stamp: string;
    do {
      watched = paths();
      stamp = stampOf(watched);
      if (io.stdout.isTty) await io.stdout.write(CLEAR_SCREEN);
      // A file that is being saved may be missing or half there for a moment.
      await run().catch((error: unknown) =>
        io.stderr.write(`Test command failed: ${error instanceof Error ? error.message : error}\n`),
      );
      await io.stderr.write("Waiting for changes; Ctrl-C ends.\n");
    } while (await changed(watched, stamp, ending.signal));
    return 0;
  } finally {
    stopListening();
  }
}
