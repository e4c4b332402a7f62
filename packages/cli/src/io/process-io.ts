import type { Io, Output } from "./io.ts";

function output(stream: NodeJS.WriteStream): Output {
  // A reader that leaves early (`| head`) is not a failure.
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "EPIPE") process.exit(0);
  });
  return {
    isTty: stream.isTTY === true,
    write: (chunk) => new Promise((resolve) => stream.write(chunk, () => resolve())),
  };
}

/** The process itself: its streams, environment, clock and signals. */
export function processIo(): Io {
  return {
    stdout: output(process.stdout),
    stderr: output(process.stderr),
    stdin: { isTty: process.stdin.isTTY === true, chunks: () => process.stdin },
    env: process.env,
    cwd: process.cwd(),
    monotonicMs: () => performance.now(),
    wallClockUs: () => BigInt(Math.round((performance.timeOrigin + performance.now()) * 1000)),
    signals: {
      listen(onSignal) {
        process.on("SIGINT", onSignal);
        process.on("SIGTERM", onSignal);
        return () => {
          process.off("SIGINT", onSignal);
          process.off("SIGTERM", onSignal);
        };
      },
      // By the signal itself: process.exit() first stops the threads, and DuckDB, caught while it opens a database,
      // ends the process with SIGABRT.
      abort() {
        process.removeAllListeners("SIGINT");
        process.kill(process.pid, "SIGINT");
      },
    },
  };
}
