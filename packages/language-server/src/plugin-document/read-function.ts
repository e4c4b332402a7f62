import type { SyntaxNode } from "@lezer/common";
import { childrenOf, type Reading, readExpression, spanOf } from "./read-expression.ts";
import type { Parameter, PythonFunction } from "./statements.ts";

export function readFunction(
  node: SyntaxNode,
  reading: Reading,
  around: { isTopLevel: boolean; parent: PythonFunction | undefined },
): PythonFunction {
  const name = node.getChild("VariableName");
  const parameters = node.getChild("ParamList");
  const annotation = node.getChild("TypeDef");
  const body = node.getChild("Body");
  const nameSpan = name === null ? { from: node.from, to: node.from } : spanOf(name);
  return {
    ...spanOf(node),
    name: reading.source.slice(nameSpan.from, nameSpan.to),
    nameSpan,
    parameters: parameters === null ? [] : readParameters(parameters, reading),
    parametersSpan: parameters === null ? { from: nameSpan.to, to: nameSpan.to } : spanOf(parameters),
    returnAnnotation: annotation === null ? undefined : spanOf(annotation),
    body: body === null ? { from: node.to, to: node.to } : spanOf(body),
    isAsync: node.getChild("async") !== null,
    isGenerator: body !== null && hasYield(body),
    isDecorated: node.parent?.name === "DecoratedStatement",
    ...around,
  };
}

function readParameters(list: SyntaxNode, reading: Reading): Parameter[] {
  const groups: SyntaxNode[][] = [[]];
  for (const child of childrenOf(list)) {
    if (child.name === ",") groups.push([]);
    else if (!["(", ")", "Comment"].includes(child.name) && !child.type.isError) groups.at(-1)!.push(child);
  }
  const parameters: Parameter[] = [];
  let isKeywordOnly = false;
  for (const group of groups) {
    const star = group.find((child) => child.name === "*" || child.name === "**")?.name as
      | "*"
      | "**"
      | undefined;
    const assignment = group.findIndex((child) => child.name === "AssignOp");
    const beforeDefault = assignment < 0 ? group : group.slice(0, assignment);
    const name = beforeDefault.find((child) => child.name === "VariableName");
    if (name !== undefined) {
      const annotation = beforeDefault.find((child) => child.name === "TypeDef");
      const value = assignment < 0 ? undefined : group[assignment + 1];
      parameters.push({
        from: group[0]!.from,
        to: group.at(-1)!.to,
        name: reading.source.slice(name.from, name.to),
        nameSpan: spanOf(name),
        kind: star ?? (isKeywordOnly ? "keyword" : "positional"),
        annotation: annotation === undefined ? undefined : spanOf(annotation),
        defaultValue: value === undefined ? undefined : readExpression(value, reading),
      });
    }
    if (star === "*") isKeywordOnly = true;
  }
  return parameters;
}

/** Yields of functions and classes inside are not the function's own. */
function hasYield(body: SyntaxNode): boolean {
  let found = false;
  body.cursor().iterate((node) => {
    if (node.name === "YieldStatement" || node.name === "YieldExpression") found = true;
    const isInner = ["FunctionDefinition", "LambdaExpression", "ClassDefinition"].includes(node.name);
    return !isInner && !found;
  });
  return found;
}
