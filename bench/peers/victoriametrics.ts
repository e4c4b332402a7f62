import { spawnSync } from "node:child_process";
import { freePort, launch, untilAnswers } from "../harness/process.ts";
import { type PeerKind, type QueryName, readAll } from "./peer.ts";

const DAY = { start: "2016-01-01T00:00:00Z", end: "2016-01-02T00:00:00Z" };
const QUERIES: Record<QueryName, Record<string, string>> = {
  // However many days the rows cover.
  count: { query: "sum(count_over_time(cpu_usage_user[61d]))", time: "2016-03-01T00:00:00Z" },
  "last point": { query: "last_over_time(cpu_usage_user[1d])", time: DAY.end },
  "one host by minute": { query: 'max_over_time(cpu_usage_user{hostname="host_1"}[1m])', step: "1m", ...DAY },
  "all hosts by hour": { query: "avg_over_time(cpu_usage_user[1h])", step: "1h", ...DAY },
};

/** Debian's package `victoria-metrics`. */
export const victoriametrics: PeerKind = {
  name: "VictoriaMetrics",
  share: 1,
  async start(directory) {
    if (spawnSync("victoria-metrics", ["--version"]).error) return undefined;
    const port = await freePort();
    const server = launch("victoria-metrics", [
      `-storageDataPath=${directory}`,
      `-httpListenAddr=127.0.0.1:${port}`,
      ...["-retentionPeriod=100y", "-search.latencyOffset=0s", "-search.disableCache", "-loggerLevel=ERROR"],
      `-influx.maxLineSize=${1 << 20}`,
    ]);
    const url = `http://127.0.0.1:${port}`;
    await untilAnswers(`${url}/health`);
    const ask = async (query: QueryName): Promise<string> => {
      const parameters = QUERIES[query];
      const route = "step" in parameters ? "query_range" : "query";
      return readAll(`${url}/api/v1/${route}?${new URLSearchParams({ ...parameters, nocache: "1" })}`);
    };
    return {
      ...server,
      name: "VictoriaMetrics",
      countsAftermath: false,
      writeUrl: `${url}/write?db=bench&precision=ns`,
      ask: async (query) => (await ask(query)).length,
      async countRows() {
        await readAll(`${url}/internal/force_flush`);
        const answer = JSON.parse(await ask("count")) as { data: { result: { value: [number, string] }[] } };
        return Number(answer.data.result[0]?.value[1] ?? 0);
      },
    };
  },
};
