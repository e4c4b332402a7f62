import {
  type Bridge,
  type CPython,
  type NativeFunction,
  type PyPointer,
  PythonError,
} from "@millrace/python-vm/worker";
import type { HostCall, HostReply, QueryReply, QueryRequest } from "../protocol/index.ts";
import { buildRows } from "../python-objects/index.ts";

/** What the current run may still do. Counted here, because a plugin can change any Python code. */
export interface RunMeter {
  callTimeoutMs: number;
  eventBytesLeft: number;
}

/** The functions behind `influxdb3_local`. */
export function pluginNatives(
  python: CPython,
  bridge: Bridge,
  meter: RunMeter,
): Record<string, NativeFunction> {
  const ask = (call: HostCall): PlainValue => {
    const reply = bridge.call<HostCall, HostReply>("host", call, meter.callTimeoutMs);
    if (reply.failure !== undefined) throw new PythonError("RuntimeError", reply.failure);
    return reply.value as PlainValue;
  };
  return {
    send_events: (json) => {
      const text = python.readString(json!);
      meter.eventBytesLeft -= text.length;
      if (meter.eventBytesLeft < 0) throw new PythonError("RuntimeError", "too many events in one run");
      bridge.post<HostCall>("host", { op: "events", json: text });
      return python.newNone();
    },
    query: (database, sql, params) => {
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
    write_sync: (database, text, noSync) =>
      newValue(
        python,
        ask({
          op: "write-sync",
          database: python.readString(database!),
          text: python.readString(text!),
          noSync: python.readInt(noSync!) === 1,
        }),
      ),
    global_cache_get: (key) => newValue(python, ask({ op: "cache-get", key: python.readString(key!) })),
    global_cache_put: (key, value, seconds) =>
      newValue(
        python,
        ask({
          op: "cache-put",
          key: python.readString(key!),
          value: python.readBytes(value!),
          ttlMs: python.isNone(seconds!) ? null : python.readFloat(seconds!) * 1000,
        }),
      ),
    global_cache_delete: (key) => newValue(python, ask({ op: "cache-delete", key: python.readString(key!) })),
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
