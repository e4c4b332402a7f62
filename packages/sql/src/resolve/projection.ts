import { type BoundExpr, displayName, type OutputColumn } from "../bound/index.ts";
import { notImplemented, planError } from "../errors/index.ts";
import { type Expr, nodeOf, type ObjectName, type SelectItem, type WildcardOptions } from "../parse/index.ts";
import { bindExpr, type ExprScope } from "./context.ts";
import { foldIdent, foldName } from "./identifiers.ts";
import { noFieldNamed, qualifierMatches, type ScopeColumn } from "./scope.ts";

export interface ProjectionItem {
  readonly expr: BoundExpr;
  readonly name: string;
  readonly alias: boolean;
}

export function bindProjection(items: readonly SelectItem[], scope: ExprScope): ProjectionItem[] {
  return items.flatMap((item) => {
    if ("UnnamedExpr" in item) {
      const expr = bindExpr(item.UnnamedExpr, scope);
      return [{ expr, name: nameOf(item.UnnamedExpr, expr), alias: false }];
    }
    if ("ExprWithAlias" in item) {
      const { expr, alias } = item.ExprWithAlias;
      return [{ expr: bindExpr(expr, scope), name: foldIdent(alias), alias: true }];
    }
    return expandWildcard(item, scope);
  });
}

/** A plain column goes by its own name, also where USING made it of two; everything else by its text. */
function nameOf(written: Expr, expr: BoundExpr): string {
  if ("Identifier" in written) return foldIdent(written.Identifier);
  return expr.node === "column" ? expr.name : displayName(expr);
}

function expandWildcard(
  item: Extract<SelectItem, { Wildcard: unknown } | { QualifiedWildcard: unknown }>,
  scope: ExprScope,
): ProjectionItem[] {
  if ("Wildcard" in item) {
    const columns = scope.scope.columns.filter((c) => c.bare);
    if (columns.length === 0) throw planError("SELECT * with no tables specified is not valid");
    return withOptions(columns, item.Wildcard, scope);
  }
  const [kind, options] = item.QualifiedWildcard;
  const [tag, name] = nodeOf(kind);
  if (tag !== "ObjectName") throw notImplemented("expression.*");
  const written = foldName(name as ObjectName);
  const columns = scope.scope.columns.filter(
    (c) => c.qualifiers.length > 0 && qualifierMatches(c.qualifiers, written),
  );
  if (columns.length === 0) throw planError(`Invalid qualifier ${written.join(".")}`);
  return withOptions(columns, options, scope);
}

function withOptions(
  columns: readonly ScopeColumn[],
  options: WildcardOptions,
  scope: ExprScope,
): ProjectionItem[] {
  if (options.opt_rename || options.opt_ilike) throw notImplemented("* RENAME and * ILIKE");
  const excluded = new Set(excludedNames(options));
  const replaced = new Map(
    (options.opt_replace?.items ?? []).map((r) => [foldIdent(r.column_name), bindExpr(r.expr, scope)]),
  );
  for (const name of [...excluded, ...replaced.keys()]) {
    if (!columns.some((c) => c.name === name)) throw noFieldNamed(scope.scope, [name]);
  }
  return columns
    .filter((c) => !excluded.has(c.name))
    .map((c) => ({ expr: replaced.get(c.name) ?? c.expr, name: c.name, alias: false }));
}

function excludedNames(options: WildcardOptions): string[] {
  const except = options.opt_except;
  const names = except ? [except.first_element, ...except.additional_elements].map(foldIdent) : [];
  const exclude = options.opt_exclude;
  if (!exclude) return names;
  const listed = "Single" in exclude ? [exclude.Single] : exclude.Multiple;
  return [...names, ...listed.map((name) => foldName(name).join("."))];
}

export function outputColumn(item: ProjectionItem): OutputColumn {
  const { expr, name } = item;
  return {
    name,
    type: expr.type,
    nullable: expr.nullable,
    ...(expr.node === "column" && expr.columnKind !== undefined ? { columnKind: expr.columnKind } : {}),
    ...(expr.node === "column" && expr.qualifier !== undefined && !item.alias
      ? { qualifier: expr.qualifier }
      : {}),
  };
}
