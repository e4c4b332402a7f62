import { type PluginTestCase, type TestCaseFile, testCaseFile } from "@millrace/api";
import { type Document, isNode, LineCounter, parseDocument } from "yaml";

/** A file that is no file of test cases, with the line that says so. */
export class TestFileError extends Error {
  override name = "TestFileError";
}

export interface FileCase {
  readonly test: PluginTestCase;
  /** Where its entry begins. */
  readonly line: number;
}

export interface TestFile {
  readonly name: string;
  readonly file: Omit<TestCaseFile, "cases">;
  readonly cases: readonly FileCase[];
  /** The text as a tree that keeps its comments. */
  readonly document: Document;
}

type Path = readonly PropertyKey[];

interface Issue {
  readonly path: Path;
  readonly message: string;
  readonly errors?: readonly (readonly Issue[])[];
}

/** Reads `<plugin>.test.yaml`: docs/guides/testing-plugins.md. `name` is what errors call it. */
export function readTestFile(text: string, name: string): TestFile {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const [broken] = document.errors;
  if (broken !== undefined) {
    throw new TestFileError(`${name}:${lines.linePos(broken.pos[0]).line}: ${broken.message}`);
  }
  const lineOf = (path: Path): number => {
    for (let length = path.length; length >= 0; length--) {
      const node = document.getIn(path.slice(0, length), true);
      if (isNode(node) && node.range) return lines.linePos(node.range[0]).line;
    }
    return 1;
  };
  const read = testCaseFile.safeParse(contentOf(document, name));
  if (!read.success) {
    const { path, message } = deepest(read.error.issues as readonly Issue[]);
    const where = path.length === 0 ? "" : `${path.map(String).join(".")}: `;
    throw new TestFileError(`${name}:${lineOf(path)}: ${where}${message}`);
  }
  const { cases, ...file } = read.data;
  const seen = new Set<string>();
  for (const [i, { name: caseName }] of cases.entries()) {
    if (seen.has(caseName)) {
      throw new TestFileError(
        `${name}:${lineOf(["cases", i])}: two cases are called '${caseName}': rename one`,
      );
    }
    seen.add(caseName);
  }
  return {
    name,
    file,
    cases: cases.map((test, i) => ({ test, line: lineOf(["cases", i]) })),
    document,
  };
}

/** Aliases that lead nowhere, or to too much, only show when they are followed. */
function contentOf(document: Document, name: string): unknown {
  try {
    return document.toJS();
  } catch (error) {
    throw new TestFileError(`${name}:1: ${error instanceof Error ? error.message : error}`);
  }
}

/** Of the alternatives that a value might have been, the one that came furthest says best what is wrong. */
function deepest(issues: readonly Issue[]): { path: Path; message: string } {
  const [first] = issues;
  if (first === undefined) return { path: [], message: "it is not a file of test cases" };
  const inner = (first.errors ?? [])
    .filter((alternative) => alternative.length > 0)
    .map((alternative) => deepest(alternative))
    .sort((one, other) => other.path.length - one.path.length)[0];
  if (inner === undefined || inner.path.length === 0) return first;
  return { path: [...first.path, ...inner.path], message: inner.message };
}
