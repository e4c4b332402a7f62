import { formatDuration } from "@millrace/api/grammar";

const SIZE_UNITS = ["B", "KiB", "MiB", "GiB"];

function size(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < SIZE_UNITS.length - 1) {
    value /= 1024;
    unit++;
  }
  return unit === 0 ? `${Math.round(value)}B` : `${value.toFixed(2)}${SIZE_UNITS[unit]}`;
}

/** Totals of a write, and the line that reports them. */
export class Progress {
  requests = 0;
  lines = 0;
  bytes = 0;
  readonly #totalBytes: number | undefined;

  /** `totalBytes`: of the whole input, when the reader is a person who wants to know how much is left. */
  constructor(totalBytes?: number) {
    this.#totalBytes = totalBytes;
  }

  add(lines: number, bytes: number): void {
    this.requests++;
    this.lines += lines;
    this.bytes += bytes;
  }

  report(elapsedMs: number): string {
    const ms = Math.max(Math.round(elapsedMs), 1);
    const perSecond = (count: number) => (count * 1000) / ms;
    const elapsed = formatDuration(BigInt(ms) * 1_000_000n);
    const noun = this.requests === 1 ? "request" : "requests";
    return (
      `  ${elapsed}: ${this.requests} ${noun} (${perSecond(this.requests).toFixed(2)} requests/sec), ` +
      `${this.lines} lines (${Math.round(perSecond(this.lines))} lines/s), ` +
      `${size(this.bytes)} (${size(perSecond(this.bytes))}/s)${this.#rest(ms)}`
    );
  }

  #rest(elapsedMs: number): string {
    const total = this.#totalBytes;
    if (total === undefined || this.bytes === 0) return "";
    const percent = Math.floor((100 * Math.min(this.bytes, total)) / total);
    const leftSeconds = Math.ceil((elapsedMs * Math.max(total - this.bytes, 0)) / this.bytes / 1000);
    return `, ${percent}%${leftSeconds === 0 ? "" : `, ${formatDuration(BigInt(leftSeconds) * 1_000_000_000n)} left`}`;
  }
}
