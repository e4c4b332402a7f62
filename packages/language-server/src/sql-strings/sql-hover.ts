import { arrowTypeName, findFunction, type TableSchema } from "@millrace/sql";
import { MarkupKind } from "vscode-languageserver";
import type { HoverSource } from "../analysis/index.ts";
import type { Span } from "../text/index.ts";
import { signatureOf } from "./completion/index.ts";
import { type ColumnUse, type Names, readNames } from "./names/index.ts";
import { modelFor, queryAt } from "./queries/index.ts";
import { parserReady, parseSql } from "./statement/index.ts";

const COLUMNS_MAX = 40;

/** Tells about tables, columns and functions inside of SQL. */
export const sqlHover: HoverSource = {
  name: "sql",
  hover: async (document, offset, context) => {
    const place = queryAt(document, offset);
    if (place === undefined) return undefined;
    await parserReady();
    const { sql } = place.query;
    const parsed = parseSql(sql.text);
    if ("problem" in parsed || parsed.statements[0] === undefined) return undefined;
    const schema = modelFor(place.query, context)?.model;
    const isKnown = (span: Span) => sql.isKnown(span);
    const names = readNames(parsed.statements[0], {
      schema,
      spanOf: parsed.spanOf,
      isKnown,
      hasHoles: sql.holes.length > 0,
    });
    const found = describeAt(names, place.at);
    if (found === undefined) return undefined;
    return {
      contents: { kind: MarkupKind.Markdown, value: found.text },
      range: document.rangeOf(sql.toSource(found.span)),
    };
  },
};

interface Description {
  readonly span: Span;
  readonly text: string;
}

function describeAt(names: Names, at: number): Description | undefined {
  const isHere = ({ span }: { span: Span }) => span.from <= at && at <= span.to;
  const table = names.tables.find(isHere);
  if (typeof table?.found === "object") return { span: table.span, text: describeTable(table.found) };
  for (const { qualifier } of names.columns) {
    if (qualifier === undefined || !isHere(qualifier) || qualifier.relation?.table === undefined) continue;
    return { span: qualifier.span, text: describeTable(qualifier.relation.table) };
  }
  const column = names.columns.find(isHere);
  if (column !== undefined) return describeColumn(column);
  const called = names.functions.find(isHere);
  return called === undefined ? undefined : describeFunction(called);
}

function describeTable({ schema, name, columns }: TableSchema): string {
  const rows = columns
    .slice(0, COLUMNS_MAX)
    .map((column) => `| \`${inTable(column.name)}\` | ${column.kind} | ${arrowTypeName(column.type)} |`);
  const more = columns.length > COLUMNS_MAX ? [`\n… and ${columns.length - COLUMNS_MAX} more`] : [];
  return [
    `Table \`${schema === "iox" ? name : `${schema}.${name}`}\`\n`,
    "| column | kind | type |",
    "|---|---|---|",
    ...rows,
    ...more,
  ].join("\n");
}

function inTable(name: string): string {
  return name.replaceAll("|", "\\|");
}

function describeColumn({ found, span }: ColumnUse): Description | undefined {
  if (typeof found !== "object" || found.column === undefined || found.table === undefined) return undefined;
  const { name, kind, type } = found.column;
  const what = { time: "Time", tag: "Tag", field: "Field", plain: "Column" }[kind];
  return {
    span,
    text: `\`\`\`sql\n${name} ${arrowTypeName(type)}\n\`\`\`\n\n${what} of table \`${found.table.name}\``,
  };
}

function describeFunction({ name, span }: { name: string; span: Span }): Description | undefined {
  const spec = findFunction(name);
  if (spec === undefined) return undefined;
  const kind = { scalar: "Function", aggregate: "Aggregate function", window: "Window function" }[spec.kind];
  return { span, text: `\`\`\`sql\n${signatureOf(spec, name)}\n\`\`\`\n\n${kind}` };
}
