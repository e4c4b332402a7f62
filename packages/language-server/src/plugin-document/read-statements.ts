import type { SyntaxNode, SyntaxNodeRef, Tree } from "@lezer/common";
import type { Expression, StringExpression } from "./expressions.ts";
import { childrenOf, type Reading, readExpression, readExpressionList, spanOf } from "./read-expression.ts";
import { readFunction } from "./read-function.ts";
import { readImport } from "./read-import.ts";
import type {
  Assignment,
  Block,
  CallSite,
  ExceptClause,
  ImportStatement,
  Place,
  PythonFunction,
  ReturnStatement,
} from "./statements.ts";

/** Everything of a module that checks look at, each list in the order of the source. */
export interface ModuleContents {
  readonly functions: PythonFunction[];
  readonly calls: CallSite[];
  readonly assignments: Assignment[];
  readonly returns: ReturnStatement[];
  readonly excepts: ExceptClause[];
  readonly imports: ImportStatement[];
  readonly strings: StringExpression[];
  /** Where the code is unfinished or wrong. */
  readonly hasSyntaxErrors: boolean;
}

const ASSIGNMENTS = new Set(["AssignOp", "UpdateOp"]);

export function readStatements(tree: Tree, reading: Reading): ModuleContents {
  const reader = new StatementReader(reading);
  tree.iterate({ enter: (node) => reader.enter(node), leave: (node) => reader.leave(node) });
  return reader.contents;
}

class StatementReader {
  readonly contents = {
    functions: [] as PythonFunction[],
    calls: [] as CallSite[],
    assignments: [] as Assignment[],
    returns: [] as ReturnStatement[],
    excepts: [] as ExceptClause[],
    imports: [] as ImportStatement[],
    strings: [] as StringExpression[],
    hasSyntaxErrors: false,
  };
  readonly #readers: Readonly<Record<string, (node: SyntaxNode) => void>> = {
    FunctionDefinition: (node) => this.#enterFunction(node),
    ClassDefinition: () => this.#classDepth++,
    Body: (node) => this.#enterBlock(node),
    CallExpression: (node) => this.#addCall(node),
    String: (node) => this.#addString(node),
    FormatString: (node) => this.#addString(node),
    ContinuedString: (node) => this.#addString(node),
    AssignStatement: (node) => this.#addAssignments(node),
    UpdateStatement: (node) => this.#addAssignments(node),
    NamedExpression: (node) => this.#addAssignments(node),
    ReturnStatement: (node) => this.#addReturn(node),
    TryStatement: (node) => this.#addExcepts(node),
    ImportStatement: (node) => this.#addImports(node),
  };
  readonly #reading: Reading;
  readonly #functions: PythonFunction[] = [];
  readonly #blocks: Block[] = [];
  #place: Place;
  #classDepth = 0;

  constructor(reading: Reading) {
    this.#reading = reading;
    const whole: Block = { from: 0, to: reading.source.length, parent: undefined, owner: "Script" };
    this.#blocks.push(whole);
    this.#place = { function: undefined, block: whole };
  }

  enter(ref: SyntaxNodeRef): void {
    if (ref.type.isError) this.contents.hasSyntaxErrors = true;
    else this.#readers[ref.name]?.(ref.node);
  }

  leave(ref: SyntaxNodeRef): void {
    if (ref.name === "ClassDefinition") this.#classDepth--;
    else if (ref.name === "Body") {
      this.#blocks.pop();
      this.#movePlace();
    } else if (ref.name === "FunctionDefinition") {
      this.#functions.pop();
      this.#movePlace();
    }
  }

  #movePlace(): void {
    this.#place = { function: this.#functions.at(-1), block: this.#blocks.at(-1)! };
  }

  #enterFunction(node: SyntaxNode): void {
    const isTopLevel = this.#classDepth === 0 && this.#functions.length === 0 && this.#blocks.length === 1;
    const parent = this.#functions.at(-1);
    const read = readFunction(node, this.#reading, { isTopLevel, parent });
    this.contents.functions.push(read);
    this.#functions.push(read);
    this.#movePlace();
  }

  #enterBlock(node: SyntaxNode): void {
    const owner = node.parent?.name ?? "Script";
    this.#blocks.push({ ...spanOf(node), parent: this.#blocks.at(-1), owner });
    this.#movePlace();
  }

  #addCall(node: SyntaxNode): void {
    const call = readExpression(node, this.#reading);
    if (call.kind === "call") this.contents.calls.push({ call, place: this.#place });
  }

  #addString(node: SyntaxNode): void {
    if (node.parent?.name === "ContinuedString") return;
    const text = readExpression(node, this.#reading);
    if (text.kind === "string") this.contents.strings.push(text);
  }

  /** `a = b = 1` assigns twice. */
  #addAssignments(node: SyntaxNode): void {
    const parts: SyntaxNode[][] = [[]];
    let operator: string | undefined;
    for (const child of childrenOf(node)) {
      if (ASSIGNMENTS.has(child.name)) {
        if (child.name === "UpdateOp") operator = this.#reading.source.slice(child.from, child.to);
        parts.push([]);
      } else if (child.name !== "TypeDef" && child.name !== "Comment" && !child.type.isError) {
        parts.at(-1)!.push(child);
      }
    }
    const expressions = parts.map((part) => readExpressionList(part, this.#reading));
    const value = expressions.at(-1);
    if (value === undefined || expressions.length < 2) return;
    for (const target of expressions.slice(0, -1)) {
      if (target === undefined) continue;
      this.contents.assignments.push({ target, value, operator, place: this.#place, ...spanOf(node) });
    }
  }

  #addReturn(node: SyntaxNode): void {
    const value = readExpressionList(childrenOf(node).slice(1), this.#reading);
    this.contents.returns.push({ value, place: this.#place, ...spanOf(node) });
  }

  #addExcepts(node: SyntaxNode): void {
    const children = childrenOf(node);
    for (const [i, child] of children.entries()) {
      if (child.name !== "except") continue;
      const end = children.findIndex((next, j) => j > i && (next.name === "Body" || next.name === "as"));
      const named = children.slice(i + 1, end < 0 ? undefined : end);
      const classes = readExpressionList(
        named.filter((part) => !part.type.isError && part.name !== "*"),
        this.#reading,
      );
      const types: readonly Expression[] =
        classes === undefined ? [] : classes.kind === "tuple" ? classes.items : [classes];
      const to = classes?.to ?? child.to;
      this.contents.excepts.push({ types, from: child.from, to, place: this.#place });
    }
  }

  #addImports(node: SyntaxNode): void {
    this.contents.imports.push(...readImport(node, this.#reading.source, this.#place));
  }
}
