import { pino } from "pino";
import type { Clock } from "../clock.ts";
import {
  type LogDestination,
  type LogFormat,
  type LogLevel,
  logLevels,
  parseLogFilter,
} from "../log-options.ts";
import type { LogFields, Logger } from "../logger.ts";
import { type LogRecord, layoutRecord } from "./layout.ts";

/** Where finished lines go. */
export interface LogSink {
  write(line: Buffer): void;
  /** Hands everything to the operating system; used once, at the end of the process. */
  flush(): void;
}

export interface LoggerOptions {
  filter: string;
  format: LogFormat;
  sink: LogSink;
  clock: Clock;
}

/** A logger for the whole process; parts of the server take a `child` with their name. */
export function createLogger(options: LoggerOptions): Logger {
  const filter = parseLogFilter(options.filter);
  const make = (target: string): Logger => {
    const most = logLevels.indexOf(filter.levelFor(target));
    const at = (level: LogRecord["level"]) => {
      if (logLevels.indexOf(level satisfies LogLevel) > most) return () => {};
      return (message: string, fields?: LogFields): void => {
        const record = { timeNs: options.clock.nowNs(), level, target, message, fields };
        options.sink.write(layoutRecord(options.format, record));
      };
    };
    return { error: at("error"), warn: at("warn"), info: at("info"), debug: at("debug"), child: make };
  };
  return make("influxdb3_server");
}

/** Beyond this, lines are dropped rather than held: a reader that stopped must not stop or fill the server. */
const MAX_WAITING_BYTES = 16 * 1024 * 1024;

/** Writes to a standard stream through pino's buffered destination: a slow reader never blocks the main thread. */
export function standardSink(destination: LogDestination): LogSink {
  const stream = pino.destination({
    dest: destination === "stdout" ? 1 : 2,
    sync: false,
    maxLength: MAX_WAITING_BYTES,
  });
  // A closed pipe must not end the server.
  stream.on("error", () => {});
  return {
    write: (line) => {
      stream.write(line.toString("utf8"));
    },
    flush: () => {
      try {
        stream.flushSync();
      } catch {
        // The stream is closed or was never ready: nothing is left to save.
      }
    },
  };
}
