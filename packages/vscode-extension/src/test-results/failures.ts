import type { TestFrame, TestResult } from "@millrace/language-server/protocol";

export interface Failure {
  readonly message: string;
  /** Both are there when they are to be compared. */
  readonly expected?: string;
  readonly actual?: string;
  readonly place: { readonly uri: string; readonly line: number } | undefined;
  readonly frames: readonly TestFrame[];
}

/** Why a test did not pass, each with its place: what the plugin raised, and what a case expects otherwise. */
export function failuresOf(result: TestResult): Failure[] {
  const { error, differences, message } = result;
  const failures: Failure[] = differences.map(({ what, expected, actual, uri, range }) => ({
    message: `${what}: not as expected`,
    expected: expected.join("\n"),
    actual: actual.join("\n"),
    place: { uri, line: range.start.line },
    frames: [],
  }));
  if (error !== undefined) failures.unshift(raised(error));
  if (failures.length === 0) {
    failures.push({ message: message ?? "It did not pass.", place: undefined, frames: [] });
  }
  return failures;
}

function raised({ message, uri, line, traceback }: NonNullable<TestResult["error"]>): Failure {
  const place = uri === undefined ? undefined : { uri, line: line ?? 0 };
  // Editors show the innermost call first.
  return { message, place, frames: [...traceback].reverse() };
}
