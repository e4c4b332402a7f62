import type {
  BoundAggregation,
  BoundBody,
  BoundOrder,
  BoundQuery,
  BoundRelation,
  BoundSelect,
  BoundSetOperation,
  BoundValues,
  ColumnExpr,
  TableSchema,
} from "@millrace/sql";
import { gapFillText } from "./gap-fill.ts";
import { columnName, direction, ExprPrinter, relationName } from "./print-expr.ts";
import { NO_RESTRICTION, type Restriction, type Restrictions, restrict } from "./restrictions.ts";
import { castText } from "./sql-text.ts";
import { sourceMark } from "./statement-text.ts";
import type { BoundParam, SourceRef } from "./types.ts";

interface Source {
  readonly table: TableSchema;
  readonly columns: Set<number>;
  readonly restriction: Restriction;
}

/** Prints a bound query for the engine: relations are r0, r1, …, their columns c0, c1, …; no user's name gets there. */
export class QueryPrinter {
  private readonly sources: Source[] = [];
  private readonly byRelation = new Map<number, Source>();
  private readonly boundParams: BoundParam[] = [];
  private readonly exprs: ExprPrinter;
  private restrictions: Restrictions = new Map();

  constructor() {
    this.exprs = new ExprPrinter({
      bind: (param) => `$${this.boundParams.push(param)}`,
      query: (query) => this.query(query),
      onColumn: (column) => this.readColumn(column),
    });
  }

  get params(): readonly BoundParam[] {
    return this.boundParams;
  }

  sourceRefs(): SourceRef[] {
    return this.sources.map(({ table, columns, restriction }) => ({
      schema: table.schema,
      table: table.name,
      columns: [...columns].sort((a, b) => a - b),
      timeRange: restriction.time,
      tags: Array.from(restriction.tags, ([column, values]) => ({ column, values: [...values] })),
    }));
  }

  query(query: BoundQuery): string {
    const ctes = query.ctes.map((cte) => {
      const columns = cte.query.columns.map((_, i) => columnName(i)).join(", ");
      return `t${cte.id}(${columns}) AS (${this.query(cte.query)})`;
    });
    const prefix = ctes.length === 0 ? "" : `WITH ${query.recursive ? "RECURSIVE " : ""}${ctes.join(", ")} `;
    const body = this.orderedBody(query);
    const order = query.orderBy.map((o) => this.orderKey(o)).join(", ");
    const limit = query.limit === undefined ? "" : ` LIMIT ${this.exprs.print(query.limit)}`;
    const offset = query.offset === undefined ? "" : ` OFFSET ${this.exprs.print(query.offset)}`;
    return `${prefix}${body}${order === "" ? "" : ` ORDER BY ${order}`}${limit}${offset}`;
  }

  private orderKey(order: BoundOrder): string {
    const by = "output" in order.by ? String(order.by.output + 1) : this.exprs.print(order.by.expr);
    return `${by} ${direction(order)}`;
  }

  /** Expressions over the rows of a set operation need a SELECT to stand in. */
  private orderedBody(query: BoundQuery): string {
    const text = this.body(query.body);
    const computed = query.orderBy.some((o) => "expr" in o.by);
    if (query.body.body === "select" || !computed) return text;
    const name = relationName(query.body.relation);
    const columns = query.columns.map((_, i) => `${name}.${columnName(i)} AS ${columnName(i)}`);
    return `SELECT ${columns.join(", ")} FROM (${text}) AS ${name}`;
  }

  private body(body: BoundBody): string {
    if (body.body === "select") return this.select(body);
    return body.body === "set" ? this.setOperation(body) : this.values(body);
  }

  private setOperation(body: BoundSetOperation): string {
    const op = `${body.op.toUpperCase()}${body.all ? " ALL" : ""}`;
    return `(${this.query(body.left)}) ${op} (${this.query(body.right)})`;
  }

  private values(body: BoundValues): string {
    const rows = body.rows.map((row) => `(${row.map(this.exprs.print).join(", ")})`);
    const columns = body.rows[0]!.map((_, i) => columnName(i)).join(", ");
    return `SELECT * FROM (VALUES ${rows.join(", ")}) AS ${relationName(body.relation)}(${columns})`;
  }

  private select(select: BoundSelect): string {
    const source =
      select.aggregation === undefined
        ? this.sourceText(select)
        : this.aggregation(select, select.aggregation);
    const projection = select.projection.map((e, i) => `${this.exprs.print(e)} AS ${columnName(i)}`);
    const qualify = select.qualify === undefined ? "" : ` QUALIFY ${this.exprs.print(select.qualify)}`;
    return `SELECT ${this.distinct(select)}${projection.join(", ")}${source}${qualify}`;
  }

  private distinct(select: BoundSelect): string {
    if (select.distinct === false) return "";
    if (select.distinct === true) return "DISTINCT ";
    return `DISTINCT ON (${select.distinct.on.map(this.exprs.print).join(", ")}) `;
  }

  /** FROM and WHERE, which also say which rows of the tables can matter. */
  private sourceText(select: BoundSelect): string {
    const outer = this.restrictions;
    this.restrictions = restrict(outer, select);
    const from = select.from === undefined ? "" : ` FROM ${this.relation(select.from)}`;
    this.restrictions = outer;
    const where = select.where === undefined ? "" : ` WHERE ${this.exprs.print(select.where)}`;
    return `${from}${where}`;
  }

  private aggregation(select: BoundSelect, aggregation: BoundAggregation): string {
    const source = this.sourceText(select);
    const { groups, aggregates, sets, gapFill } = aggregation;
    const printed = [...groups, ...aggregates].map((e) => this.exprs.print(e.node === "fill" ? e.expr : e));
    // A SELECT needs a column even when nobody reads it.
    const columns = (printed.length === 0 ? ["1"] : printed).map((text, i) => `${text} AS ${columnName(i)}`);
    const grouped = `SELECT ${columns.join(", ")}${source}${this.groupBy(groups.length, sets, printed.length === 0)}`;
    const filled = gapFill === undefined ? grouped : gapFillText(grouped, aggregation, gapFill);
    const having = select.having === undefined ? "" : ` WHERE ${this.exprs.print(select.having)}`;
    return ` FROM (${filled}) AS ${relationName(aggregation.relation)}${having}`;
  }

  private groupBy(count: number, sets: BoundAggregation["sets"], isBare: boolean): string {
    const position = (i: number) => String(i + 1);
    if (sets !== undefined)
      return ` GROUP BY GROUPING SETS (${sets.map((set) => `(${set.map(position).join(", ")})`).join(", ")})`;
    if (count > 0) return ` GROUP BY ${Array.from({ length: count }, (_, i) => position(i)).join(", ")}`;
    // One group of all rows, even of none.
    return isBare ? " HAVING count(*) >= 0" : "";
  }

  private relation(relation: BoundRelation): string {
    switch (relation.relation) {
      case "table":
        return this.table(relation.id, relation.table);
      case "derived":
        return `${relation.lateral ? "LATERAL " : ""}(${this.query(relation.query)}) AS ${relationName(relation.id)}`;
      case "cte":
        return `t${relation.cte} AS ${relationName(relation.id)}`;
      case "join":
        return this.join(relation);
      case "unnest": {
        const lists = relation.lists.map(
          (list, i) => `unnest(${this.exprs.print(list)}) AS ${columnName(i)}`,
        );
        return `LATERAL (SELECT ${lists.join(", ")}) AS ${relationName(relation.id)}`;
      }
      case "series": {
        const args = relation.args.map(this.exprs.print).join(", ");
        return `LATERAL (SELECT unnest(${relation.name}(${args})) AS c0) AS ${relationName(relation.id)}`;
      }
    }
  }

  private join(join: Extract<BoundRelation, { relation: "join" }>): string {
    const left = this.relation(join.left);
    const right = this.relation(join.right);
    const operand = join.right.relation === "join" ? `(${right})` : right;
    if (join.on === undefined) return `${left} CROSS JOIN ${operand}`;
    return `${left} ${join.kind.toUpperCase()} JOIN ${operand} ON ${this.exprs.print(join.on)}`;
  }

  private table(relation: number, table: TableSchema): string {
    const index = this.sources.length;
    const restriction = this.restrictions.get(relation) ?? NO_RESTRICTION;
    const source = { table, columns: new Set<number>(), restriction };
    this.sources.push(source);
    this.byRelation.set(relation, source);
    return `${sourceMark(index)} AS ${relationName(relation)}`;
  }

  private readColumn(column: ColumnExpr): void {
    this.byRelation.get(column.relation)?.columns.add(column.index);
  }
}

/** The statement around a query: results in the types that the encoder was told. */
export function typedResult(query: BoundQuery, text: string): string {
  const columns = query.columns.map((column, i) =>
    column.type.kind === "null"
      ? columnName(i)
      : `${castText(columnName(i), column.type)} AS ${columnName(i)}`,
  );
  return `SELECT ${columns.join(", ")} FROM (${text}) AS q`;
}
