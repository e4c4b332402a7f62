import { GrammarError } from "./error.ts";

export type MemorySize = { kind: "bytes"; sizeBytes: number } | { kind: "percent"; percent: number };

const UNIT_BYTES: Record<string, number> = {
  b: 1,
  kb: 1024,
  mb: 1024 ** 2,
  gb: 1024 ** 3,
  tb: 1024 ** 4,
};

/** Why a text is not an unsigned integer, or undefined when it is one. */
export function integerProblem(text: string): string | undefined {
  if (text === "") return "cannot parse integer from empty string";
  if (!/^\+?\d+$/.test(text)) return "invalid digit found in string";
  if (BigInt(text) > 0xffff_ffff_ffff_ffffn) return "number too large to fit in target type";
  return undefined;
}

/**
 * Reads `20%`, `512mb`, `1 GB` or a bare number of megabytes.
 * The grammar is stated in docs/reference/cli.md, "Memory sizes".
 */
export function parseMemorySize(text: string): MemorySize {
  const trimmed = text.trim();
  if (trimmed.endsWith("%")) {
    const digits = trimmed.slice(0, -1).trim();
    const problem = integerProblem(digits);
    const wrap = (reason: string) =>
      new GrammarError(`failed to parse '${text}' as a percentage of available memory: ${reason}`);
    if (problem !== undefined) throw wrap(problem);
    const percent = Number(digits);
    if (percent > 100) throw wrap(`relative memory size must be in [0, 100] but is ${digits}`);
    return { kind: "percent", percent };
  }
  const match = /^(.*?)\s*(b|kb|mb|gb|tb)?$/is.exec(trimmed);
  const digits = match?.[1] ?? "";
  const problem = integerProblem(digits);
  if (problem !== undefined) {
    throw new GrammarError(`failed to parse '${text}' as a memory size in MB: ${problem}`);
  }
  const sizeBytes = Number(digits) * UNIT_BYTES[(match?.[2] ?? "mb").toLowerCase()]!;
  if (!Number.isSafeInteger(sizeBytes)) {
    throw new GrammarError(
      `failed to parse '${text}' as a memory size in MB: number too large to fit in target type`,
    );
  }
  return { kind: "bytes", sizeBytes };
}

/** Turns a size into bytes, given the memory that a percentage is a part of. */
export function resolveMemorySize(size: MemorySize, totalMemoryBytes: number): number {
  return size.kind === "bytes" ? size.sizeBytes : Math.floor((totalMemoryBytes * size.percent) / 100);
}
