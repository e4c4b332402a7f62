import type { TestItem } from "@millrace/language-server/protocol";

/** The tests of one plugin, as they stand below it in the tree. */
export interface PluginTests {
  /** Of `__init__.py` for a plugin of several files. */
  readonly uri: string;
  readonly name: string;
  readonly tests: readonly TestItem[];
}

/** Puts tests under their plugins: functions in the order of their lines, then cases in theirs. */
export function groupTests(tests: readonly TestItem[]): PluginTests[] {
  const groups = new Map<string, { name: string; tests: TestItem[] }>();
  for (const test of tests) {
    const { uri, name } = test.plugin;
    const group = groups.get(uri);
    if (group === undefined) groups.set(uri, { name, tests: [test] });
    else group.tests.push(test);
  }
  return [...groups]
    .map(([uri, group]) => ({ uri, name: group.name, tests: group.tests.sort(inOrder) }))
    .sort((one, other) => one.name.localeCompare(other.name));
}

function inOrder(one: TestItem, other: TestItem): number {
  if (one.kind !== other.kind) return one.kind === "entryPoint" ? -1 : 1;
  return one.range.start.line - other.range.start.line;
}
