import type { Ident, ObjectName, Query } from "@millrace/sql";
import type { QueryReading } from "./reading.ts";
import { findColumn, findQualifiedColumn, type Scope } from "./scope.ts";
import { readIdent } from "./uses.ts";

type Fields = Readonly<Record<string, unknown>>;

/** Parts of the tree that hold names which are no columns: types, fields of structs, names of arguments. */
const SKIPPED_FIELDS = new Set([
  "data_type",
  "access_chain",
  "alias",
  "field",
  "leading_field",
  "last_field",
  "collation",
  "charset",
]);

/** Finds the columns, functions and inner queries of an expression, or of anything that holds expressions. */
export function readExpressions(node: unknown, reading: QueryReading, scope: Scope): void {
  if (typeof node !== "object" || node === null) return;
  if (Array.isArray(node)) {
    for (const item of node) readExpressions(item, reading, scope);
    return;
  }
  for (const [tag, inner] of Object.entries(node)) {
    const reader = READERS[tag];
    if (reader !== undefined && typeof inner === "object" && inner !== null)
      reader(inner as Fields, reading, scope);
    else if (!SKIPPED_FIELDS.has(tag)) readExpressions(inner, reading, scope);
  }
}

type Reader = (node: Fields, reading: QueryReading, scope: Scope) => void;

const READERS: Readonly<Record<string, Reader | undefined>> = {
  Identifier: (node, reading, scope) => addColumn([node as unknown as Ident], reading, scope),
  CompoundIdentifier: (node, reading, scope) =>
    addColumn(node as unknown as readonly Ident[], reading, scope),
  CompoundFieldAccess: readAccess,
  Function: readFunction,
  Named: ({ expr, arg }, reading, scope) => readExpressions(expr ?? arg, reading, scope),
  Subquery: (node, reading, scope) => readInner(node, reading, scope),
  subquery: (node, reading, scope) => readInner(node, reading, scope),
  // `count(t.*)` names a table, and a lambda its own parameters.
  QualifiedWildcard: () => {},
  Lambda: () => {},
};

function readInner(query: unknown, reading: QueryReading, scope: Scope): void {
  reading.readQuery(query as Query, reading, reading.common, scope);
}

function readFunction(node: Fields, reading: QueryReading, scope: Scope): void {
  addFunction(node["name"] as ObjectName, false, reading);
  for (const part of ["args", "filter", "within_group"]) readExpressions(node[part], reading, scope);
  const over = node["over"] as { WindowSpec?: Fields } | null | undefined;
  readWindow(over?.WindowSpec, reading, scope);
}

export function addFunction(parts: ObjectName, isTable: boolean, { sources, functions }: QueryReading): void {
  const [part] = parts;
  if (parts.length !== 1 || part === undefined || !("Identifier" in part)) return;
  const name = readIdent(part.Identifier, sources);
  if (name !== undefined) functions.push({ name: name.name.toLowerCase(), span: name.span, isTable });
}

export function readWindow(spec: Fields | undefined, reading: QueryReading, scope: Scope): void {
  if (spec === undefined) return;
  for (const part of ["partition_by", "order_by", "window_frame"])
    readExpressions(spec[part], reading, scope);
}

/** `table.column['field']` begins with a name whose parts the parser has taken apart. */
function readAccess({ root, access_chain }: Fields, reading: QueryReading, scope: Scope): void {
  const first = (root as { Identifier?: Ident }).Identifier;
  const chain = access_chain as readonly { Dot?: { Identifier?: Ident } }[];
  const names = first === undefined ? [] : [first];
  for (const { Dot } of first === undefined ? [] : chain) {
    if (Dot?.Identifier === undefined) break;
    names.push(Dot.Identifier);
  }
  if (names.length > 1) addColumn(names, reading, scope);
  else readExpressions(root, reading, scope);
}

/** `column`, `table.column`, `schema.table.column`, or with the field of a struct behind. */
function addColumn(idents: readonly Ident[], reading: QueryReading, scope: Scope): void {
  const parts = idents.map((ident) => readIdent(ident, reading.sources));
  const names = parts.filter((part) => part !== undefined);
  const last = names.at(-1);
  if (last === undefined || names.length < parts.length) return;
  const [first, second] = names as [typeof last, typeof last | undefined];
  if (second === undefined) {
    reading.columns.push({ ...last, scope, found: findColumn(scope, last.name), qualifier: undefined });
    return;
  }
  const before = names.slice(0, -1).map((part) => part.name);
  const { relation, found } = findQualifiedColumn(scope, before, last.name);
  const qualifier = names.at(-2)!;
  if (relation !== undefined || found === "unknown") {
    reading.columns.push({ ...last, scope, found, qualifier: { ...qualifier, relation } });
    return;
  }
  const struct = findColumn(scope, first.name);
  if (struct !== "missing") {
    // What fields a struct has is for the database to say.
    reading.columns.push({ ...first, scope, found: struct, qualifier: undefined });
    return;
  }
  const inTable = findQualifiedColumn(scope, [first.name], second.name);
  const isField = inTable.relation !== undefined && names.length > 2;
  if (isField) {
    reading.columns.push({
      ...second,
      scope,
      found: inTable.found,
      qualifier: { ...first, relation: inTable.relation },
    });
  } else reading.columns.push({ ...last, scope, found, qualifier: { ...qualifier, relation: undefined } });
}
