import {
  type Bridge,
  type CPython,
  type NativeFunction,
  type PyPointer,
  PythonError,
} from "@millrace/python-vm/worker";
import type { Budget } from "../limits/index.ts";
import type { CacheScope, HostCall, HostReply, QueryReply, QueryRequest } from "../protocol/index.ts";
import { buildRows } from "../python-objects/index.ts";
import { countLines } from "./count-lines.ts";
import type { EventGate } from "./event-gate.ts";
import { readEvents } from "./read-events.ts";
import type { RunMeter } from "./run-meter.ts";

/** The functions behind `influxdb3_local`. */
export function pluginNatives(
  python: CPython,
  bridge: Bridge,
  meter: RunMeter,
  gate: EventGate,
): Record<string, NativeFunction> {
  const ask = (call: HostCall): PlainValue => {
    meter.require("hostCalls");
    const reply = bridge.call<HostCall, HostReply>("host", call, meter.callTimeoutMs);
    if (reply.failure !== undefined) throw new PythonError("RuntimeError", reply.failure);
    return reply.value as PlainValue;
  };
  const readScope = (scope: PyPointer): CacheScope =>
    python.readString(scope) === "local" ? "local" : "global";
  return {
    send_events: (json) => {
      const text = python.readString(json!);
      meter.requireEventBytes(text.length);
      const events = gate.admit(readEvents(text));
      if (gate.mustWait(events)) ask({ op: "events", events });
      else if (events.length > 0) bridge.post<HostCall>("host", { op: "events", events });
      return python.newNone();
    },
    budget_text: (budget) => python.newString(meter.text(python.readString(budget!) as Budget)),
    query: (database, sql, params) => {
      meter.require("hostCalls");
      const request: QueryRequest = {
        op: "query",
        database: python.readString(database!),
        sql: python.readString(sql!),
        params: readParameters(python.readString(params!)),
        timeoutMs: meter.callTimeoutMs,
      };
      const reply = bridge.call<QueryRequest, QueryReply>("query", request, meter.callTimeoutMs);
      return "error" in reply ? python.newString(reply.error) : buildRows(python, reply.batches);
    },
    write_sync: (database, lineProtocol, noSync) => {
      const text = python.readString(lineProtocol!);
      meter.require("writtenLines", countLines(text));
      meter.require("writtenBytes", text.length);
      const target = python.readString(database!);
      const problem = ask({
        op: "write-sync",
        database: target,
        text,
        noSync: python.readInt(noSync!) === 1,
      });
      return newValue(python, problem);
    },
    host_cache_get: (scope, key) =>
      newValue(python, ask({ op: "cache-get", scope: readScope(scope!), key: python.readString(key!) })),
    host_cache_put: (scope, key, value, seconds) =>
      newValue(
        python,
        ask({
          op: "cache-put",
          scope: readScope(scope!),
          key: python.readString(key!),
          value: python.readBytes(value!),
          ttlMs: python.isNone(seconds!) ? null : python.readFloat(seconds!) * 1000,
        }),
      ),
    host_cache_delete: (scope, key) =>
      newValue(python, ask({ op: "cache-delete", scope: readScope(scope!), key: python.readString(key!) })),
  };
}

function readParameters(json: string): Record<string, string> {
  const entries = Object.entries(JSON.parse(json) as object);
  return Object.fromEntries(entries.map(([name, value]) => [name, String(value)]));
}

/** What calls other than those on files and the network are answered with. */
type PlainValue = string | Uint8Array | boolean | null;

function newValue(python: CPython, value: PlainValue): PyPointer {
  if (value === null) return python.newNone();
  if (typeof value === "string") return python.newString(value);
  if (typeof value === "boolean") return python.newBool(value);
  return python.newBytes(value);
}
