import { section } from "../option-spec.ts";

/** 2^60: what "unlimited" is in permits. */
const MOST_PERMITS = 1_152_921_504_606_846_976n;

function permitsProblem(text: string): string | undefined {
  if (!/^\d+$/.test(text)) return "invalid integer: invalid digit found in string";
  if (BigInt(text) === 0n) return "must be a positive integer, got 0";
  return BigInt(text) > MOST_PERMITS ? `exceeds maximum of ${MOST_PERMITS}` : undefined;
}

function fractionProblem(text: string): string | undefined {
  if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text)) return "failed to parse prune percent as f64";
  return Number(text) > 0 && Number(text) < 1 ? undefined : "prune percent must be between 0 and 1";
}

function keyValuesProblem(text: string): string | undefined {
  const keys = new Set<string>();
  for (const pair of text.split(",")) {
    const at = pair.indexOf(":");
    if (at < 0) return `Invalid key value pair - expected 'KEY:VALUE' got '${pair}'`;
    const key = pair.slice(0, at).trim();
    if (keys.has(key)) return `key '${key}' passed multiple times`;
    keys.add(key);
  }
  return undefined;
}

export const queryOptions = section("Queries and caches", [
  {
    name: "exec-mem-pool-bytes",
    aliases: ["exec-mem-pool-size"],
    type: "memory",
    default: "20%",
    description: "Memory that all running queries share",
  },
  {
    name: "max-concurrent-queries",
    type: "string",
    metavar: "N",
    default: String(MOST_PERMITS),
    description: "Queries that run at a time; more wait",
    problem: permitsProblem,
  },
  {
    name: "query-file-limit",
    type: "integer",
    description: "Data files that one query may read. Default: unlimited",
  },
  {
    name: "query-log-size",
    aliases: ["query-log-max-entries"],
    type: "integer",
    default: "1000",
    description: "Rows of `system.queries`",
  },
  {
    name: "parquet-mem-cache-size",
    aliases: ["file-cache-size"],
    type: "memory",
    default: "20%",
    description: "Bound of the local copies of data files from a cloud store",
  },
  {
    name: "parquet-mem-cache-prune-percentage",
    type: "string",
    metavar: "FRACTION",
    default: "0.1",
    ignored: true,
    description: "Files leave the cache one by one",
    problem: fractionProblem,
  },
  {
    name: "parquet-mem-cache-prune-interval",
    type: "duration",
    default: "1s",
    ignored: true,
    description: "The cache keeps its bound at all times",
  },
  {
    name: "parquet-mem-cache-query-path-duration",
    aliases: ["file-cache-recency"],
    type: "duration",
    default: "5h",
    ignored: true,
    description: "Cached files are kept by use, not by age",
  },
  {
    name: "disable-parquet-mem-cache",
    aliases: ["disable-file-cache", "disable-data-file-cache"],
    type: "boolean",
    description: "Keep copies of data files only while they are read",
  },
  {
    name: "preemptive-cache-age",
    type: "duration",
    ignored: true,
    description: "Belongs to InfluxDB 3 Enterprise",
  },
  {
    name: "last-cache-eviction-interval",
    type: "duration",
    minimum: 1,
    default: "10s",
    description: "How often expired values leave last-value caches",
  },
  {
    name: "distinct-cache-eviction-interval",
    type: "duration",
    minimum: 1,
    default: "10s",
    description: "How often expired values leave distinct-value caches",
  },
  {
    name: "table-index-cache-max-entries",
    type: "integer",
    default: "100",
    ignored: true,
    description: "The file index is kept whole",
  },
  {
    name: "table-index-cache-concurrency-limit",
    type: "integer",
    default: "20",
    ignored: true,
    description: "The file index is kept whole",
  },
]);

export const datafusionOptions = section("DataFusion", [
  {
    name: "datafusion-config",
    type: "string",
    metavar: "KEY:VALUE,…",
    ignored: true,
    description: "Queries run on another engine",
    problem: keyValuesProblem,
  },
  { name: "datafusion-max-parquet-fanout", type: "integer", default: "1000", ignored: true, description: "" },
  {
    name: "datafusion-use-cached-parquet-loader",
    type: "boolean",
    default: "true",
    ignored: true,
    description: "",
  },
  {
    name: "num-datafusion-threads",
    aliases: ["datafusion-num-threads"],
    type: "integer",
    minimum: 1,
    description: "Threads of the query engine. Default: number of cores",
  },
]);
