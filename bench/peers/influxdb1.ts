import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { freePort, launch, untilAnswers } from "../harness/process.ts";
import { type PeerKind, type QueryName, readAll } from "./peer.ts";

const QUERIES: Record<QueryName, string> = {
  count: "SELECT count(usage_user) FROM cpu",
  "last point": "SELECT last(usage_user) FROM cpu GROUP BY hostname",
  "one host by minute":
    "SELECT max(usage_user) FROM cpu WHERE hostname = 'host_1' AND time >= '2016-01-01T00:00:00Z' AND time < '2016-01-02T00:00:00Z' GROUP BY time(1m) fill(none)",
  "all hosts by hour":
    "SELECT mean(usage_user) FROM cpu WHERE time >= '2016-01-01T00:00:00Z' AND time < '2016-01-02T00:00:00Z' GROUP BY time(1h), hostname fill(none)",
};

/** Debian's package `influxdb`. */
export const influxdb1: PeerKind = {
  name: "InfluxDB 1.x",
  share: 0.25,
  async start(directory) {
    if (spawnSync("influxd", ["version"]).error) return undefined;
    const [http, rpc] = [await freePort(), await freePort()];
    mkdirSync(directory, { recursive: true });
    const config = path.join(directory, "influxdb.conf");
    writeFileSync(config, configuration(directory, http, rpc));
    const server = launch("influxd", ["-config", config]);
    const url = `http://127.0.0.1:${http}`;
    await untilAnswers(`${url}/ping`);
    await readAll(`${url}/query`, {
      method: "POST",
      body: new URLSearchParams({ q: "CREATE DATABASE bench" }),
    });
    const ask = (q: string): Promise<string> =>
      readAll(`${url}/query?${new URLSearchParams({ db: "bench", epoch: "ns", q })}`);
    return {
      ...server,
      name: "InfluxDB 1.x",
      countsAftermath: false,
      writeUrl: `${url}/write?db=bench&precision=ns`,
      ask: async (query) => (await ask(QUERIES[query])).length,
      async countRows() {
        const answer = JSON.parse(await ask(QUERIES.count)) as {
          results: { series?: { values: [number, number][] }[] }[];
        };
        return answer.results[0]?.series?.[0]?.values[0]?.[1] ?? 0;
      },
    };
  },
};

function configuration(directory: string, http: number, rpc: number): string {
  return `reporting-disabled = true
bind-address = "127.0.0.1:${rpc}"
[meta]
  dir = "${directory}/meta"
[data]
  dir = "${directory}/data"
  wal-dir = "${directory}/wal"
  query-log-enabled = false
  cache-snapshot-write-cold-duration = "20s"
  compact-full-write-cold-duration = "30s"
[monitor]
  store-enabled = false
[http]
  bind-address = "127.0.0.1:${http}"
  log-enabled = false
  max-body-size = 0
[logging]
  level = "error"
`;
}
