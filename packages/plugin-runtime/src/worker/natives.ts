import {
  type Bridge,
  type CPython,
  type NativeFunction,
  type PyPointer,
  PythonError,
} from "@millrace/python-vm/worker";
import type { HostCall, HostReply, QueryReply, QueryRequest } from "../protocol/index.ts";
import { buildRows } from "../python-objects/index.ts";

/** How long a host call of the current run may take; set by each run. */
export interface CallClock {
  timeoutMs: number;
}

/** The functions behind `influxdb3_local`. */
export function pluginNatives(
  python: CPython,
  bridge: Bridge,
  clock: CallClock,
): Record<string, NativeFunction> {
  const ask = (call: HostCall): HostReply["value"] => {
    const reply = bridge.call<HostCall, HostReply>("host", call, clock.timeoutMs);
    if (reply.failure !== undefined) throw new PythonError("RuntimeError", reply.failure);
    return reply.value;
  };
  return {
    send_events: (json) => {
      bridge.post<HostCall>("host", { op: "events", json: python.readString(json!) });
      return python.newNone();
    },
    query: (database, sql, params) => {
      const request: QueryRequest = {
        op: "query",
        database: python.readString(database!),
        sql: python.readString(sql!),
        params: JSON.parse(python.readString(params!)) as Record<string, string>,
        timeoutMs: clock.timeoutMs,
      };
      const reply = bridge.call<QueryRequest, QueryReply>("query", request, clock.timeoutMs);
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

function newValue(python: CPython, value: HostReply["value"]): PyPointer {
  if (value === null) return python.newNone();
  if (typeof value === "string") return python.newString(value);
  if (typeof value === "boolean") return python.newBool(value);
  return python.newBytes(value);
}
