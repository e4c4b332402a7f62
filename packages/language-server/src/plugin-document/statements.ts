import type { MetadataKind } from "@millrace/api";
import type { Span } from "../text/index.ts";
import type { CallExpression, Expression } from "./expressions.ts";

/** Where something stands: the function and the innermost block of statements around it. */
export interface Place {
  /** Undefined: at the top of the module. */
  readonly function: PythonFunction | undefined;
  readonly block: Block;
}

/** Statements of one indentation: they run one after the other. */
export interface Block extends Span {
  readonly parent: Block | undefined;
  /** What the block belongs to: "Script", "FunctionDefinition", "IfStatement", "ForStatement", … */
  readonly owner: string;
}

export interface PythonFunction extends Span {
  readonly name: string;
  readonly nameSpan: Span;
  readonly parameters: readonly Parameter[];
  /** With the parentheses. */
  readonly parametersSpan: Span;
  readonly returnAnnotation: Span | undefined;
  readonly body: Span;
  readonly isAsync: boolean;
  readonly isGenerator: boolean;
  readonly isDecorated: boolean;
  /** Neither in a class nor in another function: what the engine can call. */
  readonly isTopLevel: boolean;
  readonly parent: PythonFunction | undefined;
}

export interface Parameter extends Span {
  readonly name: string;
  readonly nameSpan: Span;
  readonly kind: "positional" | "keyword" | "*" | "**";
  readonly annotation: Span | undefined;
  readonly defaultValue: Expression | undefined;
}

/** A function that triggers call. */
export interface EntryPoint {
  readonly name: string;
  readonly kind: MetadataKind;
  readonly function: PythonFunction;
}

/** A call, with the function and the block around it. */
export interface CallSite {
  readonly call: CallExpression;
  readonly place: Place;
}

/** `target = value`; `a, b = …` has a tuple as its target. */
export interface Assignment extends Span {
  readonly target: Expression;
  readonly value: Expression;
  /** `+=` and the like; undefined for `=` and `:=`. */
  readonly operator: string | undefined;
  readonly place: Place;
}

export interface ReturnStatement extends Span {
  readonly value: Expression | undefined;
  readonly place: Place;
}

export interface ExceptClause extends Span {
  /** `except A` and `except (A, B)`: the classes that are named. */
  readonly types: readonly Expression[];
  readonly place: Place;
}

export interface ImportStatement extends Span {
  /** "a.b" of `import a.b` and `from a.b import c`; starts with dots when relative. */
  readonly module: string;
  readonly moduleSpan: Span;
  /** Undefined for `import module`. */
  readonly names: readonly ImportedName[] | undefined;
  /** What the module is called here: the alias, or its first part. */
  readonly boundName: string | undefined;
  /** In `try:`, so that the plugin copes without it. */
  readonly isGuarded: boolean;
  readonly place: Place;
}

export interface ImportedName extends Span {
  readonly name: string;
  readonly boundName: string;
}
