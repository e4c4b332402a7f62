import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { TestFile } from "@millrace/plugin-runtime";
import type { Session } from "../../analysis/index.ts";
import type { TestFileProblem, TextRange } from "../../protocol/index.ts";
import { TextPositions } from "../../text/index.ts";
import { isFile } from "../files/index.ts";
import { loadRuntime } from "../runtime.ts";

/** A file of test cases as it is now. */
export interface CaseFile {
  readonly uri: string;
  readonly path: string;
  readonly positions: TextPositions;
  readonly tests: TestFile;
  /** The plugin that it is about: its file, or `__init__.py`. */
  readonly pluginUri: string;
}

export async function loadCaseFile(
  session: Session,
  uri: string,
): Promise<CaseFile | { readonly problem: TestFileProblem }> {
  const file = fileURLToPath(uri);
  const text = (await session.document(uri))?.text;
  const positions = new TextPositions(text ?? "");
  if (text === undefined) return { problem: problemAt(uri, positions, 1, `${file} cannot be read`) };
  const { readTestFile, TestFileError } = await loadRuntime();
  const name = path.basename(file);
  try {
    const tests = readTestFile(text, name);
    return { uri, path: file, positions, tests, pluginUri: await pluginUriOf(file, tests) };
  } catch (error) {
    if (!(error instanceof TestFileError)) throw error;
    const [, line = "1", message = error.message] =
      /^(\d+): ([\s\S]*)$/.exec(error.message.slice(name.length + 1)) ?? [];
    return { problem: problemAt(uri, positions, Number(line), message) };
  }
}

/** The range of a part of the file: what `path` leads to, or the last part on the way that is there. */
export function rangeOfNode(
  { tests, positions }: CaseFile,
  nodePath: readonly (string | number)[],
): TextRange {
  for (let length = nodePath.length; length > 0; length--) {
    const node = tests.document.getIn(nodePath.slice(0, length), true);
    const range = (node as { range?: readonly [number, number, number] | null } | undefined)?.range;
    if (range) return positions.rangeOf({ from: range[0], to: range[1] });
  }
  return positions.rangeOf({ from: 0, to: 0 });
}

async function pluginUriOf(testFile: string, tests: TestFile): Promise<string> {
  const named = tests.file.plugin;
  const base = testFile.replace(/\.test\.ya?ml$/, "");
  const plugin = named === undefined ? base : path.resolve(path.dirname(testFile), named);
  if (named === undefined && (await isFile(`${base}.py`))) return pathToFileURL(`${base}.py`).href;
  return pathToFileURL(plugin.endsWith(".py") ? plugin : path.join(plugin, "__init__.py")).href;
}

function problemAt(uri: string, positions: TextPositions, line: number, message: string): TestFileProblem {
  const start = { line: Math.min(line, positions.lineCount) - 1, character: 0 };
  const end = positions.positionAt(
    positions.offsetAt({ line: start.line, character: Number.MAX_SAFE_INTEGER }),
  );
  return { uri, range: { start, end }, message };
}
