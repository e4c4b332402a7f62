// Loaded into the server before anything else (`node --import`): measures how long the main thread keeps others
// waiting, and writes the figures to a file once a second. SIGUSR2 forgets what was measured so far, so that start-up
// does not count. The server itself knows nothing of it.
import { writeFileSync } from "node:fs";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { isMainThread } from "node:worker_threads";

const file = process.env.BENCH_LOOP_FILE;
if (isMainThread && file) {
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  process.on("SIGUSR2", () => delay.reset());
  const milliseconds = (nanoseconds) => nanoseconds / 1e6;
  setInterval(() => {
    const figures = { p50: delay.percentile(50), p99: delay.percentile(99), max: delay.max };
    writeFileSync(
      file,
      JSON.stringify(Object.fromEntries(Object.entries(figures).map(([k, v]) => [k, milliseconds(v)]))),
    );
  }, 1000).unref();
}
