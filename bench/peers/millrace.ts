import { mkdirSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { freePort, launch, untilAnswers } from "../harness/process.ts";
import { type PeerKind, type QueryName, readAll } from "./peer.ts";

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..", "..");
const bin = path.join(root, "packages", "cli", "bin", "influxdb3.cjs");
const probe = path.join(root, "bench", "harness", "loop-probe.mjs");

const QUERIES: Record<QueryName, string> = {
  count: "SELECT count(*) AS n FROM cpu",
  "last point": "SELECT hostname, max(time) AS last FROM cpu GROUP BY hostname",
  "one host by minute":
    "SELECT date_bin(INTERVAL '1 minute', time) AS minute, max(usage_user) AS m FROM cpu WHERE hostname = 'host_1' GROUP BY 1 ORDER BY 1",
  "all hosts by hour":
    "SELECT date_bin(INTERVAL '1 hour', time) AS hour, hostname, avg(usage_user) AS a FROM cpu GROUP BY 1, 2",
};

const IN_FILES = "SELECT sum(row_count) AS n FROM system.parquet_files";

export const millrace: PeerKind = {
  name: "Millrace",
  share: 1,
  async start(directory, options = []) {
    const port = await freePort();
    // The probe may write there before the server has made it.
    mkdirSync(directory, { recursive: true });
    const server = launch(
      process.execPath,
      [
        ...["--import", probe, bin, "serve", "--without-auth", "--node-id", "bench"],
        ...["--object-store", "file", "--data-dir", directory, "--http-bind", `127.0.0.1:${port}`],
        ...["--max-http-request-size", String(64 << 20), "--log-filter", "error"],
        ...options,
      ],
      { BENCH_LOOP_FILE: path.join(directory, "loop.json") },
    );
    const url = `http://127.0.0.1:${port}`;
    await untilAnswers(`${url}/health`);
    const ask = (sql: string): Promise<string> =>
      readAll(`${url}/api/v3/query_sql`, {
        method: "POST",
        body: JSON.stringify({ db: "bench", q: sql, format: "json" }),
      });
    return {
      ...server,
      name: "Millrace",
      // Snapshots and merges of data files go on behind the writes that made them necessary.
      countsAftermath: true,
      writeUrl: `${url}/api/v3/write_lp?db=bench&precision=ns`,
      ask: async (query) => (await ask(QUERIES[query])).length,
      countRows: async () => (JSON.parse(await ask(QUERIES.count)) as { n: number }[])[0]!.n,
      rowsInFiles: async () => (JSON.parse(await ask(IN_FILES)) as { n: number }[])[0]!.n,
    };
  },
};
