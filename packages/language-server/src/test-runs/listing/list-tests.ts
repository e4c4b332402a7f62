import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { ENTRY_POINTS } from "@millrace/api";
import type { Session } from "../../analysis/index.ts";
import type { ListTestsParams, ListTestsResult, TestFileProblem, TestItem } from "../../protocol/index.ts";
import { readModule } from "../../workspace/index.ts";
import { findFiles, isTestFile, testFilesBeside } from "../files/index.ts";
import { locatePlugin } from "../plugin-texts/index.ts";
import { loadCaseFile, rangeOfNode } from "./case-file.ts";
import { entryTests } from "./entry-tests.ts";
import { caseId } from "./test-ids.ts";

/** Reading a file is cheaper than parsing it, and most files of a folder are no plugins. */
const MAYBE_ENTRY_POINT = new RegExp(`\\b(?:${Object.values(ENTRY_POINTS).join("|")})\\b`);

export async function listTests(session: Session, { uri }: ListTestsParams): Promise<ListTestsResult> {
  const found = new Found(session);
  if (uri !== undefined) {
    await found.addDocument(uri);
    return found.result(false);
  }
  const { pythonFiles, testFiles, isIncomplete } = await findFiles(session.workspaceFolders());
  for (const file of pythonFiles) {
    if (MAYBE_ENTRY_POINT.test((await readModule(file)) ?? ""))
      await found.addPython(pathToFileURL(file).href);
  }
  for (const file of testFiles) await found.addTestFile(pathToFileURL(file).href);
  return found.result(isIncomplete);
}

class Found {
  readonly #session: Session;
  readonly #tests: TestItem[] = [];
  readonly #problems: TestFileProblem[] = [];

  constructor(session: Session) {
    this.#session = session;
  }

  result(isIncomplete: boolean): ListTestsResult {
    return { tests: this.#tests, problems: this.#problems, isIncomplete };
  }

  /** A test file, or a Python file with the test files of its plugin. */
  async addDocument(uri: string): Promise<void> {
    if (uri.startsWith("file:") && isTestFile(fileURLToPath(uri))) return this.addTestFile(uri);
    await this.addPython(uri);
    if (!uri.startsWith("file:")) return;
    const { package: found } = await locatePlugin(uri);
    const plugin = found?.directory ?? fileURLToPath(uri);
    for (const file of await testFilesBeside(plugin)) await this.addTestFile(pathToFileURL(file).href);
  }

  async addPython(uri: string): Promise<void> {
    const document = await this.#session.document(uri);
    if (document !== undefined) this.#tests.push(...(await entryTests(this.#session, document)));
  }

  async addTestFile(uri: string): Promise<void> {
    const file = await loadCaseFile(this.#session, uri);
    if ("problem" in file) {
      this.#problems.push(file.problem);
      return;
    }
    const isPackage = path.posix.basename(file.pluginUri) === "__init__.py";
    const pluginPath = fileURLToPath(file.pluginUri);
    const name = path.basename(isPackage ? path.dirname(pluginPath) : pluginPath);
    file.tests.cases.forEach(({ test }, i) => {
      this.#tests.push({
        id: caseId(uri, test.name),
        kind: "case",
        label: test.name,
        trigger: test.trigger,
        uri,
        range: rangeOfNode(file, ["cases", i, "name"]),
        plugin: { name, uri: file.pluginUri, isPackage },
      });
    });
  }
}
