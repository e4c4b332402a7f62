import type {
  Assignment,
  Expression,
  Place,
  PluginDocument,
  PythonFunction,
} from "../plugin-document/index.ts";
import { remember } from "./remember.ts";

/** What binds a name without being an assignment, by the syntax tree's names for it. */
const BINDERS =
  /^(?:For|With|Try|Scope|Delete|Import)Statement$|^(?:Function|Class)Definition$|^(?:ParamList|LambdaExpression)$|Pattern$|Comprehension/;

/** Where a name stands in the code of a function, or of the module: not in text, in comments, or behind a dot. In order. */
export const occurrences = remember(
  keyOf,
  (document, name: string, owner: PythonFunction | undefined): readonly number[] => {
    const { from, to } = owner ?? { from: 0, to: document.text.length };
    const found: number[] = [];
    const pattern = new RegExp(`(?<![\\w.])${name}(?!\\w)`, "g");
    pattern.lastIndex = from;
    for (let match = pattern.exec(document.text); match !== null; match = pattern.exec(document.text)) {
      if (match.index >= to) break;
      if (document.nodeNamesAt(match.index + 1)[0] === "VariableName") found.push(match.index);
    }
    return found;
  },
);

/** All assignments to a name in a function, if nothing but assignments and no parameter gives it a value there. */
export const plainAssignments = remember(
  keyOf,
  (document, name: string, owner: PythonFunction | undefined): readonly Assignment[] | undefined => {
    for (let at = owner; at !== undefined; at = at.parent) {
      if (at.parameters.some((parameter) => parameter.name === name)) return undefined;
    }
    if (document.assignments.some((it) => isUnpackedInto(it.target, name))) return undefined;
    const isBoundOtherwise = occurrences(document, name, owner).some((offset) =>
      BINDERS.test(document.nodeNamesAt(offset + 1)[1] ?? ""),
    );
    if (isBoundOtherwise) return undefined;
    return document.assignments.filter(
      (it) => it.target.kind === "name" && it.target.name === name && it.place.function === owner,
    );
  },
);

/** What a name stands for, when it is given a value in one place only; undefined when that is not sure. */
export function onlyAssignment(document: PluginDocument, name: string, place: Place): Assignment | undefined {
  for (let owner = place.function; ; owner = owner.parent) {
    const assignments = plainAssignments(document, name, owner);
    if (assignments === undefined || assignments.length > 1) return undefined;
    const [only] = assignments;
    if (only !== undefined) return only.operator === undefined ? only : undefined;
    if (owner === undefined) return undefined;
  }
}

/** The expression behind a name that is given a value only once; any other expression as it is. */
export function followed(document: PluginDocument, expression: Expression, place: Place): Expression {
  if (expression.kind !== "name") return expression;
  return onlyAssignment(document, expression.name, place)?.value ?? expression;
}

/** Whether the plugin itself defines, imports or assigns a name, anywhere. */
export const isDefinedHere = remember(
  (name: string) => name,
  (document, name: string): boolean => {
    if (document.imports.some((it) => it.names?.some((imported) => imported.name === "*"))) return true;
    return occurrences(document, name, undefined).some((offset) => {
      const parent = document.nodeNamesAt(offset + 1)[1] ?? "";
      // `except NAME` only asks for it.
      if (parent === "TryStatement") return false;
      return BINDERS.test(parent) || document.assignments.some((it) => it.target.from === offset);
    });
  },
);

function keyOf(name: string, owner: PythonFunction | undefined): string {
  return `${name} ${owner?.from ?? ""}`;
}

function isUnpackedInto(target: Expression, name: string): boolean {
  if (target.kind !== "tuple" && target.kind !== "list") return false;
  return target.items.some((item) =>
    item.kind === "name" ? item.name === name : isUnpackedInto(item, name),
  );
}
