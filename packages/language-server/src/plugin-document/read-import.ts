import type { SyntaxNode } from "@lezer/common";
import { childrenOf } from "./read-expression.ts";
import type { ImportedName, ImportStatement, Place } from "./statements.ts";

/** `import a, b.c as d` imports two modules; `from a import b, c` one. */
export function readImport(node: SyntaxNode, source: string, place: Place): ImportStatement[] {
  const children = childrenOf(node).filter(
    (child) => !child.type.isError && !["(", ")", "Comment"].includes(child.name),
  );
  const isGuarded = place.block.owner === "TryStatement";
  const importAt = children.findIndex((child) => child.name === "import");
  if (importAt < 0) return [];
  const groups = splitAtCommas(children.slice(importAt + 1));
  const shared = { from: node.from, to: node.to, isGuarded, place };
  if (importAt > 0) {
    const module = children.slice(1, importAt);
    const moduleSpan = around(module, children[0]!.to);
    const names = groups.flatMap((group) => importedName(group, source));
    const text = source.slice(moduleSpan.from, moduleSpan.to).replace(/\s+/g, "");
    return [{ ...shared, module: text, moduleSpan, names, boundName: undefined }];
  }
  return groups.flatMap((group) => {
    const alias = aliasOf(group, source);
    const parts = group.filter((child, i) => child.name !== "as" && group[i - 1]?.name !== "as");
    if (parts.length === 0) return [];
    const moduleSpan = around(parts, node.to);
    const module = source.slice(moduleSpan.from, moduleSpan.to).replace(/\s+/g, "");
    return [{ ...shared, module, moduleSpan, names: undefined, boundName: alias ?? module.split(".")[0]! }];
  });
}

function importedName(group: readonly SyntaxNode[], source: string): ImportedName[] {
  const first = group[0];
  if (first === undefined) return [];
  const name = source.slice(first.from, first.to);
  return [{ name, boundName: aliasOf(group, source) ?? name, from: first.from, to: first.to }];
}

function aliasOf(group: readonly SyntaxNode[], source: string): string | undefined {
  const at = group.findIndex((child) => child.name === "as");
  const alias = at < 0 ? undefined : group[at + 1];
  return alias === undefined ? undefined : source.slice(alias.from, alias.to);
}

function splitAtCommas(nodes: readonly SyntaxNode[]): SyntaxNode[][] {
  const groups: SyntaxNode[][] = [[]];
  for (const node of nodes) {
    if (node.name === ",") groups.push([]);
    else groups.at(-1)!.push(node);
  }
  return groups.filter((group) => group.length > 0);
}

function around(nodes: readonly SyntaxNode[], fallback: number) {
  return { from: nodes[0]?.from ?? fallback, to: nodes.at(-1)?.to ?? fallback };
}
