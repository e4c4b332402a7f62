import {
  findTable,
  type Ident,
  type ObjectName,
  type Query,
  type SchemaName,
  type TableAlias,
  type TableFactor,
  type TableFactorNodes,
  type TableSchema,
  type TableWithJoins,
} from "@millrace/sql";
import { addFunction, readExpressions } from "./read-expressions.ts";
import type { QueryReading } from "./reading.ts";
import { type KnownColumn, type Relation, type Scope, UNKNOWN_RELATION } from "./scope.ts";
import { type KnownIdent, readIdent, type TableUse } from "./uses.ts";

const CATALOG = "public";
const DEFAULT_SCHEMA = "iox";

/** The relations of FROM, from the left to the right. */
export function readRelations(
  items: readonly TableWithJoins[],
  reading: QueryReading,
  outer: Scope | undefined,
): Relation[] {
  const relations: Relation[] = [];
  for (const item of items) readJoined(item, reading, outer, relations);
  return relations;
}

function readJoined(
  item: TableWithJoins,
  reading: QueryReading,
  outer: Scope | undefined,
  relations: Relation[],
): void {
  relations.push(...readFactor(item.relation, reading, outer, relations));
  for (const join of item.joins) {
    relations.push(...readFactor(join.relation, reading, outer, relations));
    const scope: Scope = { relations: [...relations], aliases: new Set(), outer };
    for (const constraint of Object.values(Object(join.join_operator))) {
      // USING names columns of both sides as parts of names, which no expression does.
      if (typeof constraint === "object" && constraint !== null && "On" in constraint) {
        readExpressions(constraint.On, reading, scope);
      }
    }
  }
}

function readFactor(
  factor: TableFactor,
  reading: QueryReading,
  outer: Scope | undefined,
  before: readonly Relation[],
): Relation[] {
  const lateral: Scope = { relations: [...before], aliases: new Set(), outer };
  if ("Table" in factor) return [readTable(factor.Table, reading, lateral)];
  if ("Derived" in factor) {
    const { subquery, alias, lateral: isLateral } = factor.Derived;
    const result = reading.readQuery(subquery as Query, reading, reading.common, isLateral ? lateral : outer);
    return [aliased(result, alias ?? undefined, reading)];
  }
  if ("NestedJoin" in factor) {
    const inner: Relation[] = [...before];
    readJoined(factor.NestedJoin.table_with_joins, reading, outer, inner);
    return inner.slice(before.length);
  }
  readExpressions(factor, reading, lateral);
  return [UNKNOWN_RELATION];
}

function readTable(node: TableFactorNodes["Table"], reading: QueryReading, lateral: Scope): Relation {
  const alias = node.alias ?? undefined;
  if (node.args !== null && node.args !== undefined) {
    addFunction(node.name, true, reading);
    // With a hole in front it may be a list of columns instead.
    if (!reading.sources.hasHoles) readExpressions(node.args.args, reading, lateral);
    return aliased(UNKNOWN_RELATION, alias, reading);
  }
  return aliased(readTableName(node.name, reading), alias, reading);
}

/** Looks a table up, and notes that it is used. */
export function readTableName(name: ObjectName, reading: QueryReading): Relation {
  const { sources, common } = reading;
  const parts = name.map((part) => ("Identifier" in part ? readIdent(part.Identifier, sources) : undefined));
  const known = parts.filter((part) => part !== undefined);
  const last = known.at(-1);
  if (last === undefined || known.length < parts.length || known.length > 3) return UNKNOWN_RELATION;
  const fromQuery = known.length === 1 ? common?.get(last.name) : undefined;
  const schema = known.at(-2)?.name ?? DEFAULT_SCHEMA;
  const found = fromQuery === undefined ? lookUp(known, reading) : "query";
  reading.tables.push({ name: last.name, schema, span: last.span, found });
  if (fromQuery !== undefined) return { ...fromQuery, qualifiers: [last.name] };
  if (typeof found !== "object") return { ...UNKNOWN_RELATION, qualifiers: [CATALOG, schema, last.name] };
  return tableRelation(found);
}

function lookUp(parts: readonly KnownIdent[], { sources, common }: QueryReading): TableUse["found"] {
  const [name, schema, catalog] = parts.map((part) => part.name).reverse();
  const model = sources.schema;
  if (model === undefined || (schema === undefined && common === undefined)) return "unknown";
  const within = schema ?? DEFAULT_SCHEMA;
  const found = findTable(model, within, name!);
  if (found !== undefined && (catalog ?? CATALOG) === CATALOG) return found;
  // Of a schema that the server does not list nothing is known.
  const isListed = within === DEFAULT_SCHEMA || model.tables().some((table) => table.schema === within);
  return isListed ? "missing" : "unknown";
}

export function tableRelation(table: TableSchema): Relation {
  return {
    qualifiers: [CATALOG, table.schema satisfies SchemaName, table.name],
    columns: table.columns.map((column): KnownColumn => ({ name: column.name, column, table })),
    // Servers differ in what their own tables have.
    isComplete: table.schema === DEFAULT_SCHEMA,
    table,
  };
}

/** An alias hides the table's own name, and may name the columns anew. */
export function aliased(relation: Relation, alias: TableAlias | undefined, reading: QueryReading): Relation {
  if (alias === undefined) return relation;
  const name = readIdent(alias.name, reading.sources);
  // An alias that only the run knows may be a join, a condition, anything.
  if (name === undefined) return { ...relation, qualifiers: undefined, isComplete: false };
  const columns = renamed(
    relation,
    alias.columns.map((it) => it.name),
    reading,
  );
  return { ...relation, ...columns, qualifiers: [name.name] };
}

function renamed(
  relation: Relation,
  names: readonly Ident[],
  reading: QueryReading,
): Pick<Relation, "columns" | "isComplete"> {
  if (names.length === 0) return relation;
  const known = names.map((ident) => readIdent(ident, reading.sources));
  const columns = known.flatMap((ident, i): KnownColumn[] => {
    const { column, table } = relation.columns[i] ?? {};
    return ident === undefined ? [] : [{ name: ident.name, column, table }];
  });
  return { columns, isComplete: columns.length === names.length && !reading.sources.hasHoles };
}
