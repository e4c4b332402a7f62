import { type SchemaModel, scanTokens } from "@millrace/sql";
import {
  type AnalysisContext,
  type Diagnostic,
  type DiagnosticSource,
  diagnosticAt,
} from "../../analysis/index.ts";
import type { PluginDocument } from "../../plugin-document/index.ts";
import type { Span } from "../../text/index.ts";
import { type Names, readNames } from "../names/index.ts";
import { findQueries, modelFor, type SqlQuery, type SqlText } from "../queries/index.ts";
import { type ParsedSql, parametersOf, parserReady, parseSql, planSql } from "../statement/index.ts";
import { areAllKnown, nameFindings } from "./name-checks.ts";
import { refusalFinding } from "./refusal-check.ts";
import { hasAllTables, isTableForSure } from "./settled.ts";
import type { SqlFinding } from "./sql-finding.ts";
import { syntaxFinding } from "./syntax-check.ts";

/** What is wrong with the SQL of `influxdb3_local.query`. */
export const sqlCheck: DiagnosticSource = {
  name: "sql",
  check: async (document, context) => {
    const queries = findQueries(document);
    if (queries.length === 0) return [];
    await parserReady();
    const found = queries.flatMap((query) =>
      knownFindings(query, context).map((finding) => diagnosticOf(document, query.sql, finding)),
    );
    return unique(found);
  },
};

/** A keystroke changes one statement of a file at most. */
const REMEMBERED_MAX = 2000;
const NO_SCHEMA = {};
const remembered = new WeakMap<object, Map<string, readonly SqlFinding[]>>();

function knownFindings(query: SqlQuery, context: AnalysisContext): readonly SqlFinding[] {
  const tables = context.schema ?? NO_SCHEMA;
  let known = remembered.get(tables);
  if (known === undefined || known.size >= REMEMBERED_MAX) {
    known = new Map();
    remembered.set(tables, known);
  }
  const { sql, database } = query;
  const key = JSON.stringify([
    sql.text,
    sql.holes.map((hole) => hole.from),
    database === undefined,
    database,
  ]);
  const before = known.get(key);
  if (before !== undefined) return before;
  const found = findings(query, context);
  known.set(key, found);
  return found;
}

function findings(query: SqlQuery, context: AnalysisContext): SqlFinding[] {
  const { sql } = query;
  const parsed = parseSql(sql.text);
  if ("problem" in parsed) {
    const finding = syntaxFinding(sql, parsed.problem);
    return finding === undefined ? beginningFindings(query, context) : [finding];
  }
  const refusal = refusalFinding(sql, parsed.statements);
  if (refusal !== undefined) return [refusal];
  if (parsed.statements.length === 0) return sql.holes.length > 0 ? [] : emptyFinding(sql);
  const schema = modelFor(query, context);
  const names = namesOf(sql, parsed, schema?.model);
  const found = nameFindings(names, schema?.model, schema?.database ?? "");
  const isPlannable = found.length === 0 && schema !== undefined && areAllKnown(names);
  return isPlannable ? planFindings(sql, names, schema.model) : found;
}

function emptyFinding(sql: SqlText): SqlFinding[] {
  return [
    { code: "sql-syntax", span: { from: 0, to: sql.text.length }, message: "The SQL statement is empty." },
  ];
}

function namesOf(
  sql: SqlText,
  { statements, spanOf }: Exclude<ParsedSql, { problem: unknown }>,
  schema: SchemaModel | undefined,
): Names {
  const hasHoles = sql.holes.length > 0;
  const isKnown = (span: Span) => sql.isKnown(span);
  const names = readNames(statements[0]!, { schema, spanOf, isKnown, hasHoles });
  if (!hasHoles) return names;
  return { ...names, tables: names.tables.filter(({ span }) => isTableForSure(sql, span)) };
}

/** Where a hole is more than a name or value, the rest still names its tables, and what stands before it its columns. */
function beginningFindings(query: SqlQuery, context: AnalysisContext): SqlFinding[] {
  const { sql } = query;
  const schema = modelFor(query, context);
  const first = scanTokens(sql.text).next().value;
  // A hole before everything may be a WITH that makes tables.
  if (schema === undefined || first === undefined || !sql.isKnown({ from: first.start, to: first.end }))
    return [];
  const parsed = parseSql(sql.withoutHoles);
  if ("problem" in parsed || parsed.statements.length !== 1) return [];
  const names = namesOf(sql, parsed, schema.model);
  const end = sql.holes[0]!.from;
  // The word in front of a hole may belong to it, as in `TIMESTAMP {start}`.
  const isBefore = ({ span }: { span: Span }) => /^\s*[^\s.]/.test(sql.text.slice(span.to, end));
  const columns = hasAllTables(sql.text.slice(0, end)) ? names.columns.filter(isBefore) : [];
  return nameFindings({ tables: names.tables, columns, functions: [] }, schema.model, schema.database);
}

/** What the database says when all names are right: types that do not fit, columns that are not grouped. */
function planFindings(sql: SqlText, names: Names, model: SchemaModel): SqlFinding[] {
  if (sql.holes.length > 0 || parametersOf(sql.text).length > 0) return [];
  const plan = planSql(sql.text, model);
  if (plan === undefined || !("refused" in plan)) return [];
  const { kind, message } = plan.refused;
  if (kind !== "plan" && kind !== "schema") return [];
  const text = message.replace(/^(?:Error during planning|Schema error): /, "");
  const span = placeOf(text, names) ?? firstWord(sql);
  return [{ code: "sql-plan", severity: "warning", span, message: `SQL: ${text}` }];
}

/** The first name that a message is about. */
function placeOf(message: string, { columns, functions }: Names): Span | undefined {
  const words = new Set(message.split(/[^\w]+/));
  return [...columns, ...functions].find(({ name }) => words.has(name))?.span;
}

function firstWord(sql: SqlText): Span {
  const [first] = scanTokens(sql.text);
  return { from: first?.start ?? 0, to: first?.end ?? sql.text.length };
}

function diagnosticOf(document: PluginDocument, sql: SqlText, finding: SqlFinding): Diagnostic {
  const { code, message, severity = "error", span } = finding;
  const replacement =
    finding.replacement === undefined ? undefined : sql.encode(finding.replacement, span.from);
  return diagnosticAt(document, sql.toSource(span), {
    code,
    message,
    severity,
    ...(replacement === undefined ? {} : { data: { replacement } }),
  });
}

/** Two calls may send one text. */
function unique(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  const byPlace = new Map(diagnostics.map((it) => [JSON.stringify([it.range, it.code, it.message]), it]));
  return [...byPlace.values()];
}
