import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { parseDuration } from "@millrace/api/grammar";
import { recordResults, TestFileError } from "@millrace/plugin-runtime";
import {
  CaseRunner,
  findTestFiles,
  type LoadedTestFile,
  LocalError,
  loadTestFile,
  NotRunError,
} from "../../local/index.ts";
import type { Context } from "../shared/action.ts";
import { CaseReport, type FileReport, type TimedResult } from "./case-report.ts";
import { junitText } from "./junit.ts";
import { watching } from "./watching.ts";

/** The cases could not be run: there are none, or a file is not a file of test cases. */
const NOT_RUN = 2;
const FAILED = 1;

/** `test plugin`: docs/guides/testing-plugins.md. */
export async function runTestCases(context: Context): Promise<number> {
  const { io, values } = context;
  const runner = new CaseRunner({
    env: io.env,
    cwd: io.cwd,
    monotonicMs: io.monotonicMs,
    nowMs: () => Number(io.wallClockUs() / 1000n),
    nowNs: () => io.wallClockUs() * 1000n,
    timeoutMs: Number(parseDuration(values.text("timeout")) / 1_000_000n),
    virtualEnv: values.optionalText("virtual-env-location"),
  });
  try {
    if (!values.flag("watch")) return await runOnce(context, runner);
    return await watching(
      io,
      () => watchedPaths(context),
      async () => {
        await runOnce(context, runner);
      },
    );
  } finally {
    await runner.close();
  }
}

function givenPaths({ values }: Context): string[] {
  const paths = values.list("paths");
  return paths.length === 0 ? ["."] : paths;
}

/** The test files and their plugins, as far as they can be found while they are being edited. */
function watchedPaths(context: Context): string[] {
  const { cwd } = context.io;
  return givenPaths(context).flatMap((given) => [
    path.resolve(cwd, given),
    ...attempt(() => findTestFiles(given, cwd)).flatMap((file) => [
      file,
      ...attempt(() => [loadTestFile(file, file).plugin.path]),
    ]),
  ]);
}

function attempt(find: () => string[]): string[] {
  try {
    return find();
  } catch {
    return [];
  }
}

async function runOnce(context: Context, runner: CaseRunner): Promise<number> {
  const { io, values } = context;
  const report = new CaseReport(io);
  const startedMs = io.monotonicMs();
  const files: FileReport[] = [];
  for (const file of new Set(givenPaths(context).flatMap((given) => findTestFiles(given, io.cwd)))) {
    const name = shownName(file, io.cwd);
    try {
      files.push(await runFile(context, runner, report, loadTestFile(file, name)));
    } catch (error) {
      if (!(error instanceof TestFileError) && !(error instanceof LocalError)) throw error;
      files.push({ name, results: [], problem: error.message });
      await report.problem(name, error.message);
    }
  }
  const results = files.flatMap((file) => file.results);
  const notRun = files.some(({ problem }) => problem !== undefined);
  const filter = values.optionalText("filter");
  if (results.length === 0 && !notRun) {
    throw new NotRunError(`no case has a name that contains '${filter}'`);
  }
  await report.summary(files, io.monotonicMs() - startedMs);
  const junit = values.optionalText("junit");
  if (junit !== undefined) await writeJunit(path.resolve(io.cwd, junit), files);
  if (notRun) return NOT_RUN;
  return results.every(({ result, recorded }) => result.passed || recorded) ? 0 : FAILED;
}

/** Into the directory that a CI collects results from, which is seldom there before. */
async function writeJunit(file: string, files: readonly FileReport[]): Promise<void> {
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, junitText(files));
}

/** Relative as long as that is not longer than it helps. */
function shownName(file: string, cwd: string): string {
  const relative = path.relative(cwd, file);
  return relative.startsWith("..") ? file : relative;
}

async function runFile(
  context: Context,
  runner: CaseRunner,
  report: CaseReport,
  file: LoadedTestFile,
): Promise<FileReport> {
  const { io, values } = context;
  const { tests } = file;
  const filter = values.optionalText("filter") ?? "";
  const cases = tests.cases.filter(({ test }) => test.name.includes(filter));
  const results: TimedResult[] = [];
  if (cases.length > 0) await report.file(tests.name);
  for (const one of cases) {
    const startedMs = io.monotonicMs();
    const result = await runner.run(file, one);
    const canRecord = values.flag("update") && result.outcome !== undefined;
    const recorded = canRecord && (!result.passed || one.test.expect === undefined);
    const timed = { result, recorded, durationMs: io.monotonicMs() - startedMs };
    results.push(timed);
    await report.result(tests.name, timed);
  }
  if (values.flag("update")) {
    const text = recordResults(
      tests,
      results.map(({ result }) => result),
    );
    if (text !== undefined) await writeFile(file.path, text);
  }
  return { name: tests.name, results };
}
