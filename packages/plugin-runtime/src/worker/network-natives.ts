import {
  type Bridge,
  type CPython,
  type NativeFunction,
  type PyPointer,
  PythonError,
} from "@millrace/python-vm/worker";
import type { HostCall, HostReply, NetworkCall, NetworkReply } from "../protocol/index.ts";
import type { RunMeter } from "./run-meter.ts";

/** The longest call is a handshake with a list of authorities. */
const CALL_MAX_CHARACTERS = 1024 * 1024;
/** The host's answer comes this much later than its own deadline at most. */
const ANSWER_MARGIN_MS = 1000;

/**
 * The function behind Python's sockets: a call as JSON and the bytes to send in, and what was received as bytes or
 * any other reply as JSON out.
 */
export function networkNatives(
  python: CPython,
  bridge: Bridge,
  meter: RunMeter,
): Record<string, NativeFunction> {
  return {
    network: (json, bytes) => {
      const call = readCall(python, json!, bytes!, meter.callTimeoutMs);
      // Closing is free: a plugin whose budget is used up must still be able to.
      if (call.op !== "close") meter.require("networkCalls");
      const reply = bridge.call<HostCall, HostReply>("host", { op: "network", call }, timeoutOf(call, meter));
      if (reply.failure !== undefined) throw new PythonError("RuntimeError", reply.failure);
      const answer = reply.value as NetworkReply;
      return answer.ok && answer.value instanceof Uint8Array
        ? python.newBytes(answer.value)
        : python.newString(JSON.stringify(answer));
    },
  };
}

/** A call without a limit of its own may take as long as its run. */
function readCall(python: CPython, json: PyPointer, bytes: PyPointer, longestMs: number): NetworkCall {
  const text = python.readString(json);
  if (text.length > CALL_MAX_CHARACTERS) throw new PythonError("ValueError", "the call is too long");
  const call = JSON.parse(text) as NetworkCall & { timeoutMs?: number | null };
  return {
    ...call,
    ...("timeoutMs" in call ? { timeoutMs: Math.min(call.timeoutMs ?? longestMs, longestMs) } : {}),
    ...(call.op === "send" ? { bytes: python.readBytes(bytes) } : {}),
  } as NetworkCall;
}

function timeoutOf(call: NetworkCall, meter: RunMeter): number {
  return ("timeoutMs" in call ? call.timeoutMs : meter.callTimeoutMs) + ANSWER_MARGIN_MS;
}
