import { apiEvent, apiFrame, type CaseResult } from "@millrace/plugin-runtime";
import type { Io } from "../../io/index.ts";
import { stepLines, tracebackLines } from "../shared/plugin-steps.ts";
import { failureHints } from "./failure-hint.ts";

export interface TimedResult {
  readonly result: CaseResult;
  /** The outcome was written to the file as what the case expects. */
  readonly recorded: boolean;
  readonly durationMs: number;
}

export interface FileReport {
  readonly name: string;
  readonly results: readonly TimedResult[];
  /** Why no case of the file could be run. */
  readonly problem?: string;
}

const STYLES = { red: "31", green: "32", yellow: "33", dim: "2" } as const;

/** Tells people how test cases went, as they go. */
export class CaseReport {
  readonly #io: Io;
  readonly #colours: boolean;

  constructor(io: Io) {
    this.#io = io;
    this.#colours = io.stdout.isTty && (io.env["NO_COLOR"] ?? "") === "";
  }

  async file(name: string): Promise<void> {
    await this.#print([name]);
  }

  async problem(file: string, message: string): Promise<void> {
    await this.#print([file, `  ${this.#paint("red", "✗")} ${message}`]);
  }

  async result(file: string, { result, recorded, durationMs }: TimedResult): Promise<void> {
    const time = this.#paint("dim", `(${Math.round(durationMs)} ms)`);
    if (recorded) {
      await this.#print([`  ${this.#paint("yellow", "●")} ${result.name} ${time} recorded`]);
      return;
    }
    if (result.passed) {
      await this.#print([`  ${this.#paint("green", "✓")} ${result.name} ${time}`]);
      return;
    }
    const place = this.#paint("dim", `${file}:${result.line}`);
    const details = failureLines(result).map((line) => `      ${this.#paintDifference(line)}`);
    await this.#print([`  ${this.#paint("red", "✗")} ${result.name} ${time} ${place}`, ...details]);
  }

  async summary(files: readonly FileReport[], durationMs: number): Promise<void> {
    const results = files.flatMap((file) => file.results);
    const unread = files.filter(({ problem }) => problem !== undefined).length;
    const recorded = results.filter((one) => one.recorded).length;
    const passed = results.filter((one) => one.result.passed && !one.recorded).length;
    const failed = results.length - recorded - passed;
    const parts = [
      ...(passed > 0 ? [this.#paint("green", `${passed} passed`)] : []),
      ...(failed > 0 ? [this.#paint("red", `${failed} failed`)] : []),
      ...(recorded > 0 ? [this.#paint("yellow", `${recorded} recorded`)] : []),
      ...(unread > 0 ? [this.#paint("red", `${unread} ${unread === 1 ? "file" : "files"} not run`)] : []),
    ];
    if (parts.length > 0) await this.#print([`${parts.join(", ")} (${(durationMs / 1000).toFixed(1)} s)`]);
  }

  async #print(lines: readonly string[]): Promise<void> {
    await this.#io.stdout.write(lines.map((line) => `${line}\n`).join(""));
  }

  #paint(style: keyof typeof STYLES, text: string): string {
    return this.#colours ? `\x1b[${STYLES[style]}m${text}\x1b[0m` : text;
  }

  #paintDifference(line: string): string {
    if (line.startsWith("  - ")) return this.#paint("red", line);
    return line.startsWith("  + ") ? this.#paint("green", line) : line;
  }
}

/** What is wrong with a case: what was expected (-) and what came instead (+), and why a plugin failed. */
export function failureLines({ differences, problem, outcome }: CaseResult): string[] {
  const lines = problem === undefined ? [] : [problem];
  for (const { what, expected, actual } of differences) {
    lines.push(
      `${what}:`,
      ...expected.flatMap((text) => marked("- ", text)),
      ...actual.flatMap((text) => marked("+ ", text)),
    );
  }
  if (differences.some(({ what }) => what === "error") && outcome?.error !== undefined) {
    const steps = outcome.events.filter(({ kind }) => kind !== "error").map(apiEvent);
    if (steps.length > 0) lines.push("what the plugin did:", ...stepLines(steps));
    lines.push(...tracebackLines(outcome.error.traceback.map(apiFrame)));
    lines.push(...failureHints([outcome.error.text], true));
  }
  return lines;
}

function marked(mark: string, text: string): string[] {
  const [first = "", ...more] = text.split("\n");
  return [`  ${mark}${first}`, ...more.map((line) => `    ${line}`)];
}
