import type { CacheScope, FileReply, HostCall, HostReply, NetworkReply } from "../protocol/index.ts";
import type { GlobalCache, NetworkService, PluginHost, RunContext } from "./plugin-host.ts";
import type { RunRecord } from "./run-record.ts";

export interface HostCallParts {
  readonly host: PluginHost;
  readonly network: NetworkService | undefined;
  /** Of the run that asks; none while Python starts. */
  readonly record: RunRecord | undefined;
}

type Call<Op extends HostCall["op"]> = Extract<HostCall, { op: Op }>;

const NO_NETWORK: NetworkReply = {
  ok: false,
  kind: "refused-by-policy",
  message: "plugins have no network here",
};
/** Python looks for its libraries before it runs the first plugin. */
const NO_RUN: RunContext = { runId: "", database: "", cacheNamespace: "", test: false, network: false };

/** Does what Python asks of its host while it waits. */
export async function answerHostCall(
  { host, network, record }: HostCallParts,
  call: Exclude<HostCall, Call<"events">>,
): Promise<HostReply["value"]> {
  if (call.op === "file") return answerFileCall(host, record, call);
  const context = record?.context;
  if (context === undefined) throw new Error("the run is over");
  switch (call.op) {
    case "write-sync":
      // Python does not ask in a test; a plugin that goes around it must not write either.
      if (context.test) return "a test of a plugin writes nothing";
      return (await host.writeSync(context, call.database, call.text, call.noSync)) ?? null;
    case "cache-get":
      return cacheOf(host, call.scope).get(context, call.key) ?? null;
    case "cache-put":
      cacheOf(host, call.scope).put(context, call.key, call.value, call.ttlMs);
      return null;
    case "cache-delete":
      return cacheOf(host, call.scope).delete(context, call.key);
    case "network":
      return (await network?.answer(context, call.call)) ?? NO_NETWORK;
  }
}

function cacheOf({ globalCache, localCache }: PluginHost, scope: CacheScope): GlobalCache {
  if (scope === "global") return globalCache;
  if (localCache === undefined) throw new Error("there is no local cache outside of the interpreters");
  return localCache;
}

async function answerFileCall(
  host: PluginHost,
  record: RunRecord | undefined,
  { call, place, atNs }: Call<"file">,
): Promise<FileReply> {
  if (host.files === undefined) return { ok: false, code: "ENOENT" };
  const reply = await host.files.answer(record?.context ?? NO_RUN, call);
  if (reply.ok) record?.noteChange(call, place, atNs);
  return reply;
}
