export const logLevels = ["off", "error", "warn", "info", "debug", "trace"] as const;
export type LogLevel = (typeof logLevels)[number];

export const logFormats = ["full", "pretty", "json", "logfmt"] as const;
export type LogFormat = (typeof logFormats)[number];

export const logDestinations = ["stdout", "stderr"] as const;
export type LogDestination = (typeof logDestinations)[number];

/** Decides by level and target prefix which lines are written. */
export interface LogFilter {
  /** The most that lines of this target may say. */
  levelFor(target: string): LogLevel;
}

/** Parts that say a lot about little at `debug`: they stay at `info` unless named. */
const NOISY_TARGETS = ["http", "object-store", "wal", "query"];

function isLevel(text: string): text is LogLevel {
  return (logLevels as readonly string[]).includes(text);
}

/** Why a filter text cannot be used, or undefined. Checked when the configuration is built. */
export function logFilterProblem(text: string): string | undefined {
  for (const directive of directivesOf(text)) {
    const level = directive.slice(directive.lastIndexOf("=") + 1).toLowerCase();
    if (!directive.includes("=")) continue;
    if (!isLevel(level)) return `invalid log level '${level}' in '${directive}', use ${logLevels.join(", ")}`;
  }
  return undefined;
}

function directivesOf(text: string): string[] {
  return text
    .split(",")
    .map((directive) => directive.trim())
    .filter((directive) => directive !== "");
}

/**
 * Reads a comma list of `level`, `target=level` or `target` (everything of that target).
 * The longest matching target prefix decides.
 */
export function parseLogFilter(text: string): LogFilter {
  let general: LogLevel = "error";
  const byTarget: { prefix: string; level: LogLevel }[] = [];
  for (const directive of directivesOf(text)) {
    const at = directive.lastIndexOf("=");
    const level = directive.slice(at + 1).toLowerCase();
    if (at >= 0) byTarget.push({ prefix: directive.slice(0, at), level: isLevel(level) ? level : "off" });
    else if (isLevel(level)) general = level;
    else byTarget.push({ prefix: directive, level: "trace" });
  }
  byTarget.sort((a, b) => b.prefix.length - a.prefix.length);
  return {
    levelFor: (target) => byTarget.find((entry) => target.startsWith(entry.prefix))?.level ?? general,
  };
}

/** The filter in force: `-v` replaces the text, and broad ones are kept readable unless that is switched off. */
export function effectiveLogFilter(filter: string, verbose: number, noiseReduction: boolean): string {
  const text = verbose > 0 ? (["info", "debug", "trace"][Math.min(verbose, 3) - 1] as string) : filter;
  if (!noiseReduction || !/^\s*(debug|trace)\b/i.test(text)) return text;
  return [text, ...NOISY_TARGETS.map((target) => `${target}=info`)].join(",");
}
