import { type FileReport, failureLines, type TimedResult } from "./case-report.ts";

/** Results in the form that continuous integration reads: a suite for each file, a test case for each case. */
export function junitText(files: readonly FileReport[]): string {
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="plugin tests" ${counts(files)}>`,
    ...files.flatMap((file) => [
      `  <testsuite name="${escaped(file.name)}" ${counts([file])}>`,
      ...(file.problem === undefined ? [] : unreadable(file.name, file.problem)),
      ...file.results.flatMap((result) => testCase(file.name, result)),
      "  </testsuite>",
    ]),
    "</testsuites>",
    "",
  ].join("\n");
}

function counts(files: readonly FileReport[]): string {
  const results = files.flatMap((file) => file.results);
  const unread = files.filter(({ problem }) => problem !== undefined).length;
  const broken = results.filter(isFailure);
  const unrun = broken.filter(({ result }) => result.problem !== undefined).length;
  const durationMs = results.reduce((sum, one) => sum + one.durationMs, 0);
  return (
    `tests="${results.length + unread}" failures="${broken.length - unrun}" errors="${unrun + unread}" ` +
    `time="${seconds(durationMs)}"`
  );
}

/** A file that is no file of cases counts as one that failed. */
function unreadable(file: string, problem: string): string[] {
  return [
    `    <testcase classname="${escaped(file)}" name="the file itself" file="${escaped(file)}" time="0.000">`,
    `      <error message="${escaped(problem)}"/>`,
    "    </testcase>",
  ];
}

function testCase(file: string, timed: TimedResult): string[] {
  const { result, durationMs } = timed;
  const head =
    `    <testcase classname="${escaped(file)}" name="${escaped(result.name)}" file="${escaped(file)}" ` +
    `line="${result.line}" time="${seconds(durationMs)}"`;
  if (!isFailure(timed)) return [`${head}/>`];
  const element = result.problem === undefined ? "failure" : "error";
  const message = result.problem ?? result.differences.map(({ what }) => what).join(", ");
  const text = escaped(failureLines(result).join("\n"));
  return [
    `${head}>`,
    `      <${element} message="${escaped(message)}">${text}</${element}>`,
    "    </testcase>",
  ];
}

function isFailure({ result, recorded }: TimedResult): boolean {
  return !result.passed && !recorded;
}

function seconds(durationMs: number): string {
  return (durationMs / 1000).toFixed(3);
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "\n": "&#10;",
};

/** Characters that XML cannot hold at all become the sign for what could not be read. */
function escaped(text: string): string {
  return text
    .replace(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, "\uFFFD")
    .replace(/[&<>"\n]/g, (character) => ENTITIES[character]!);
}
