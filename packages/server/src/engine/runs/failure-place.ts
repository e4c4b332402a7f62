import type { RunError, TracebackFrame } from "@millrace/plugin-runtime";

/** A recursion without end has a thousand frames: its beginning and its end tell all there is. */
const FRAMES_AT_EACH_END = 20;
/** Of the source in one frame, and of an error's text. */
const SOURCE_MAX_CHARS = 500;
const ERROR_MAX_CHARS = 10_000;

/** Where a run failed: docs/reference/triggers.md, "Logs". */
export interface FailurePlace {
  readonly file: string;
  readonly line: number | undefined;
  /** One line for the server's log: from the plugin's function down to where it was raised. */
  readonly chain: string;
  /** As Python prints it. */
  readonly traceback: string;
}

/** Undefined when nobody knows: an interpreter that died took its frames along. */
export function failurePlace(error: RunError, pluginFile: string): FailurePlace | undefined {
  const { traceback } = error;
  // What was raised inside a library is of interest where the plugin called it.
  const frame = traceback.findLast(({ file }) => isPluginFile(file, pluginFile)) ?? traceback.at(-1);
  if (frame === undefined) return undefined;
  return {
    file: frame.file,
    line: frame.line ?? undefined,
    chain: shortened(traceback.map(frameText)).join(", "),
    traceback: [
      "Traceback (most recent call last):",
      ...shortened(traceback.map(pythonFrame)),
      cut(error.text, ERROR_MAX_CHARS),
    ].join("\n"),
  };
}

/** The file itself, or a module of the package. */
function isPluginFile(file: string, pluginFile: string): boolean {
  return file === pluginFile || file.startsWith(`${pluginFile}/`);
}

export function fileAndLine({ file, line }: Pick<FailurePlace, "file" | "line">): string {
  return line === undefined ? file : `${file}:${line}`;
}

function frameText({ file, line, function: name }: TracebackFrame): string {
  return `${fileAndLine({ file, line: line ?? undefined })} in ${name}`;
}

function pythonFrame({ file, line, function: name, source }: TracebackFrame): string {
  const place = `  File "${file}"${line === null ? "" : `, line ${line}`}, in ${name}`;
  return source === undefined || source === "" ? place : `${place}\n    ${cut(source, SOURCE_MAX_CHARS)}`;
}

function cut(text: string, maxChars: number): string {
  return text.length <= maxChars ? text : `${text.slice(0, maxChars)}…`;
}

function shortened(frames: readonly string[]): readonly string[] {
  const left = frames.length - 2 * FRAMES_AT_EACH_END;
  if (left <= 0) return frames;
  return [...frames.slice(0, FRAMES_AT_EACH_END), `… ${left} more …`, ...frames.slice(-FRAMES_AT_EACH_END)];
}
