import type { TestItem } from "@millrace/language-server/protocol";
import * as vscode from "vscode";
import { groupTests } from "../../test-results/index.ts";

/** The tests that the Test Explorer shows: plugins, and below each its functions and cases. */
export class TestTree {
  readonly #controller: vscode.TestController;
  readonly #known = new Map<string, TestItem>();

  constructor(controller: vscode.TestController) {
    this.#controller = controller;
  }

  replaceAll(tests: readonly TestItem[]): void {
    this.#known.clear();
    for (const test of tests) this.#known.set(test.id, test);
    this.#draw();
  }

  /** Takes the tests that a document has now for those that it had. */
  replaceOf(uri: string, tests: readonly TestItem[]): void {
    const told = new Set(tests.map((test) => test.uri).concat(uri));
    for (const [id, test] of this.#known) if (told.has(test.uri)) this.#known.delete(id);
    for (const test of tests) this.#known.set(test.id, test);
    this.#draw();
  }

  entryPoint(uri: string, name: string): vscode.TestItem | undefined {
    const found = [...this.#known.values()].find(
      (test) => test.kind === "entryPoint" && test.label === name && isSameFile(test.uri, uri),
    );
    return found === undefined
      ? undefined
      : this.#controller.items.get(found.plugin.uri)?.children.get(found.id);
  }

  test(item: vscode.TestItem): TestItem | undefined {
    return this.#known.get(item.id);
  }

  /** The tests of a request, without plugins: those stand for what is below them. */
  chosen({ include, exclude }: vscode.TestRunRequest): vscode.TestItem[] {
    const found: vscode.TestItem[] = [];
    const add = (item: vscode.TestItem) => {
      if (exclude?.includes(item)) return;
      if (item.parent !== undefined) found.push(item);
      else item.children.forEach(add);
    };
    if (include === undefined) this.#controller.items.forEach(add);
    else include.forEach(add);
    return found;
  }

  /** Whether a test may come out otherwise when a file changes. */
  concerns(item: vscode.TestItem, changed: vscode.Uri): boolean {
    const test = this.test(item);
    if (test === undefined) return false;
    const { uri, isPackage } = test.plugin;
    const own = [test.uri, uri].some((it) => isSameFile(it, changed.toString()));
    return (
      own || (isPackage && changed.path.startsWith(vscode.Uri.joinPath(vscode.Uri.parse(uri), "..").path))
    );
  }

  #draw(): void {
    const groups = groupTests([...this.#known.values()]);
    const plugins = groups.map(({ uri, name, tests }) => {
      const plugin =
        this.#controller.items.get(uri) ?? this.#controller.createTestItem(uri, name, vscode.Uri.parse(uri));
      plugin.children.replace(tests.map((test, i) => this.#item(plugin, test, i)));
      return plugin;
    });
    this.#controller.items.replace(plugins);
  }

  #item(plugin: vscode.TestItem, { id, label, kind, range, uri }: TestItem, order: number): vscode.TestItem {
    const item = plugin.children.get(id) ?? this.#controller.createTestItem(id, label, vscode.Uri.parse(uri));
    item.label = label;
    item.description = kind === "case" ? "case" : "";
    item.sortText = String(order).padStart(5, "0");
    const { start, end } = range;
    item.range = new vscode.Range(start.line, start.character, end.line, end.character);
    return item;
  }
}

/** URIs of one file may be escaped in different ways. */
function isSameFile(one: string, other: string): boolean {
  return vscode.Uri.parse(one).toString() === vscode.Uri.parse(other).toString();
}
