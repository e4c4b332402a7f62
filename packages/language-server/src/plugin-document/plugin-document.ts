import { type SyntaxNode, type Tree, TreeFragment } from "@lezer/common";
import { parser } from "@lezer/python";
import { ENTRY_POINTS, METADATA_KINDS, type ReadMetadata, readPluginMetadata } from "@millrace/api";
import { type Span, TextPositions } from "../text/index.ts";
import { type ApiCall, findApiCalls } from "./api-calls.ts";
import { type BuilderCall, findBuilderCalls } from "./builder-calls.ts";
import type { Expression } from "./expressions.ts";
import { Reading } from "./read-expression.ts";
import { type ModuleContents, readStatements } from "./read-statements.ts";
import type { Assignment, CallSite, EntryPoint, Place, PythonFunction } from "./statements.ts";

const API_NAME = "influxdb3_local";

/** A version of a Python file as the checks of plugins see it. What is asked for is read once. */
export class PluginDocument {
  readonly uri: string;
  readonly version: number;
  readonly text: string;
  readonly positions: TextPositions;
  readonly #tree: Tree;
  #contents: ModuleContents | undefined;
  #metadata: ReadMetadata | undefined;
  #apiCalls: readonly ApiCall[] | undefined;
  #builderCalls: readonly BuilderCall[] | undefined;
  #assignmentsByName: Map<string, Assignment[]> | undefined;

  private constructor(uri: string, version: number, text: string, tree: Tree) {
    this.uri = uri;
    this.version = version;
    this.text = text;
    this.positions = new TextPositions(text);
    this.#tree = tree;
  }

  /** With an earlier version at hand only what changed is parsed. */
  static parse(uri: string, version: number, text: string, previous?: PluginDocument): PluginDocument {
    const fragments = previous === undefined ? [] : unchanged(previous.text, text, previous.#tree);
    return new PluginDocument(uri, version, text, parser.parse(text, fragments));
  }

  get functions(): readonly PythonFunction[] {
    return this.#read.functions;
  }

  get calls(): readonly CallSite[] {
    return this.#read.calls;
  }

  get assignments() {
    return this.#read.assignments;
  }

  get returns() {
    return this.#read.returns;
  }

  get excepts() {
    return this.#read.excepts;
  }

  get imports() {
    return this.#read.imports;
  }

  get strings() {
    return this.#read.strings;
  }

  get hasSyntaxErrors(): boolean {
    return this.#read.hasSyntaxErrors;
  }

  /** The functions that triggers call; Python uses the last of several with one name. */
  get entryPoints(): readonly EntryPoint[] {
    return METADATA_KINDS.flatMap((kind) => {
      const name = ENTRY_POINTS[kind];
      const definition = this.functions.findLast((it) => it.isTopLevel && it.name === name);
      return definition === undefined ? [] : [{ name, kind, function: definition }];
    }).sort((a, b) => a.function.from - b.function.from);
  }

  /** The description in the docstring, with its range as offsets. */
  get metadata(): ReadMetadata {
    this.#metadata ??= readPluginMetadata(this.text);
    return this.#metadata;
  }

  get apiCalls(): readonly ApiCall[] {
    this.#apiCalls ??= findApiCalls(this.calls, this.entryPoints, this.#resolve);
    return this.#apiCalls;
  }

  get builderCalls(): readonly BuilderCall[] {
    this.#builderCalls ??= findBuilderCalls(this.calls, this.#resolve);
    return this.#builderCalls;
  }

  /** It defines an entry point, describes a plugin, or has functions that take the plugin API. */
  get looksLikePlugin(): boolean {
    if (this.entryPoints.length > 0 || this.functions.some(takesApi)) return true;
    return this.metadata.range !== undefined && this.text.includes('"plugin_type"');
  }

  /** What a local name was last assigned before an offset, in the same function, or at the top of the module. */
  resolve(name: string, place: Place, before: number): Expression | undefined {
    const found = this.#assignments(name);
    const within = (owner: PythonFunction | undefined) =>
      found.findLast((it) => it.place.function === owner && it.to <= before);
    const isParameter = place.function?.parameters.some((parameter) => parameter.name === name) ?? false;
    const last =
      within(place.function) ?? (isParameter || place.function === undefined ? undefined : within(undefined));
    return last?.operator === undefined ? last?.value : undefined;
  }

  /** The name of the syntax tree's innermost node and its parents there: "String", "ArgList", … */
  nodeNamesAt(offset: number): string[] {
    const names: string[] = [];
    for (
      let node: SyntaxNode | null = this.#tree.resolveInner(offset, -1);
      node !== null;
      node = node.parent
    ) {
      names.push(node.name);
    }
    return names;
  }

  rangeOf(span: Span) {
    return this.positions.rangeOf(span);
  }

  textOf(span: Span): string {
    return this.text.slice(span.from, span.to);
  }

  readonly #resolve = (name: string, place: Place, before: number): Expression | undefined =>
    this.resolve(name, place, before);

  get #read(): ModuleContents {
    this.#contents ??= readStatements(this.#tree, new Reading(this.text));
    return this.#contents;
  }

  #assignments(name: string): readonly Assignment[] {
    if (this.#assignmentsByName === undefined) {
      this.#assignmentsByName = new Map();
      for (const assignment of this.assignments) {
        if (assignment.target.kind !== "name") continue;
        const known = this.#assignmentsByName.get(assignment.target.name);
        if (known === undefined) this.#assignmentsByName.set(assignment.target.name, [assignment]);
        else known.push(assignment);
      }
    }
    return this.#assignmentsByName.get(name) ?? [];
  }
}

function takesApi(definition: PythonFunction): boolean {
  return definition.parameters.some((parameter) => parameter.name === API_NAME);
}

/** The parts of a tree that an edit left alone: what both texts begin with and end with. */
function unchanged(before: string, after: string, tree: Tree): readonly TreeFragment[] {
  const shorter = Math.min(before.length, after.length);
  let start = 0;
  while (start < shorter && before.charCodeAt(start) === after.charCodeAt(start)) start++;
  let end = 0;
  while (
    end < shorter - start &&
    before.charCodeAt(before.length - 1 - end) === after.charCodeAt(after.length - 1 - end)
  )
    end++;
  const change = { fromA: start, toA: before.length - end, fromB: start, toB: after.length - end };
  return TreeFragment.applyChanges(TreeFragment.addTree(tree), [change]);
}
