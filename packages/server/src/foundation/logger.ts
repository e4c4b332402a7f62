export type LogFields = Record<string, string | number | boolean | bigint | undefined>;

/** What a part of the server writes its log through; `target` names the part, e.g. `wal` or `trigger:t1`. */
export interface Logger {
  error(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  debug(message: string, fields?: LogFields): void;
  child(target: string): Logger;
}

export const silentLogger: Logger = {
  error() {},
  warn() {},
  info() {},
  debug() {},
  child: () => silentLogger,
};
