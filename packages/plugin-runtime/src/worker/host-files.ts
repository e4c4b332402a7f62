import { FileError, type FileStat, type HostFiles } from "@millrace/python-vm";
import type { Bridge } from "@millrace/python-vm/worker";
import type { FileCall, FilePlace, FileReply, HostCall, HostReply } from "../protocol/index.ts";
import type { PluginPlaceFinder } from "./plugin-place.ts";
import type { RunMeter } from "./run-meter.ts";

/** Files of the host for Python: every question goes to the host's own thread, and counts. */
export function hostFiles(bridge: Bridge, meter: RunMeter, places: PluginPlaceFinder): HostFiles {
  const ask = (call: FileCall, place?: FilePlace) => {
    if (!meter.spend("fileCalls")) throw new FileError("EIO");
    const request: HostCall =
      place === undefined ? { op: "file", call } : { op: "file", call, place, atNs: meter.elapsedNs };
    const { value, failure } = bridge.call<HostCall, HostReply>("host", request, meter.callTimeoutMs);
    if (failure !== undefined) throw new FileError("EIO");
    const reply = value as FileReply;
    if (!reply.ok) throw new FileError(reply.code);
    return reply.value;
  };
  /** Calls that change something tell where the plugin stands, for the run's events. */
  const change = (call: FileCall): void => {
    ask(call, places.find());
  };
  return {
    stat: (path) => (ask({ op: "stat", path }) as FileStat | null) ?? undefined,
    list: (path) => ask({ op: "list", path }) as readonly string[],
    read: (path, offset, length) => ask({ op: "read", path, offset, length }) as Uint8Array,
    write: (path, offset, bytes) => change({ op: "write", path, offset, bytes }),
    truncate: (path, sizeBytes) => change({ op: "truncate", path, sizeBytes }),
    create: (path, kind) => change({ op: "create", path, kind }),
    remove: (path, kind) => change({ op: "remove", path, kind }),
    rename: (from, to) => change({ op: "rename", path: from, to }),
  };
}
