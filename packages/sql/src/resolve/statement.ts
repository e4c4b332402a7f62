import type { BoundQuery } from "../bound/index.ts";
import { notImplemented, PlanError, planError } from "../errors/index.ts";
import {
  type ExplainNode,
  nodeOf,
  type ObjectName,
  parseStatements,
  type Query,
  type ShowColumnsNode,
  type Statement,
} from "../parse/index.ts";
import type { TableSchema } from "../schema/index.ts";
import type { BindOptions, Environment } from "./context.ts";
import { bindExpr } from "./expr.ts";
import { bindQuery } from "./query.ts";
import { resolveTable } from "./relations.ts";

export type BoundStatement =
  | { readonly statement: "query"; readonly query: BoundQuery }
  | { readonly statement: "show tables" }
  | { readonly statement: "show columns"; readonly table: TableSchema }
  | { readonly statement: "describe"; readonly table: TableSchema }
  | { readonly statement: "explain"; readonly analyze: boolean; readonly query: BoundStatement };

/** Parses and binds the one statement of a text. Throws PlanError for everything that is not a read. */
export function bindStatement(text: string, options: BindOptions): BoundStatement {
  const statements = parseStatements(text);
  if (statements.length > 1) {
    // Worded like a missing feature, but the client's mistake all the same: docs/reference/http-api.md, "Errors of queries".
    const { message } = notImplemented("The context currently only supports a single SQL statement");
    throw new PlanError("plan", message);
  }
  if (statements[0] === undefined) throw planError("No SQL statements were provided in the query string");
  let lastId = 0;
  const binders = { expr: bindExpr, query: bindQuery };
  const env: Environment = { options, binders, ctes: new Map(), nextId: () => lastId++ };
  return bindOne(statements[0], env);
}

function bindOne(statement: Statement, env: Environment): BoundStatement {
  const [tag, node] = nodeOf(statement);
  switch (tag) {
    case "Query":
      return { statement: "query", query: bindQuery(checkedBody(node as Query), env, undefined) };
    case "ShowTables":
      return { statement: "show tables" };
    case "ShowColumns":
      return { statement: "show columns", table: shownTable(node as ShowColumnsNode, env) };
    case "ExplainTable":
      return {
        statement: "describe",
        table: resolveTable((node as { table_name: ObjectName }).table_name, env),
      };
    case "Explain": {
      const { analyze, statement: inner } = node as ExplainNode;
      return { statement: "explain", analyze, query: bindOne(inner, env) };
    }
    default:
      throw refusal(tag, node);
  }
}

/** The parser takes INSERT, UPDATE and DELETE as the body of a query too. */
function checkedBody(query: Query): Query {
  const [tag, node] = nodeOf(query.body);
  if (["Insert", "Update", "Delete", "Merge"].includes(tag)) {
    const [inner, content] = nodeOf(node as object);
    throw refusal(inner, content);
  }
  return query;
}

function shownTable(node: ShowColumnsNode, env: Environment): TableSchema {
  const name = node.show_options.show_in?.parent_name;
  if (name === null || name === undefined)
    throw planError("SHOW COLUMNS needs a table: SHOW COLUMNS FROM name");
  return resolveTable(name, env);
}

const DDL: Readonly<Record<string, string>> = {
  CreateTable: "CreateMemoryTable",
  CreateView: "CreateView",
  CreateSchema: "CreateCatalogSchema",
  CreateDatabase: "CreateCatalog",
  CreateIndex: "CreateIndex",
  CreateFunction: "CreateFunction",
  DropFunction: "DropFunction",
  Drop: "DropTable",
  AlterTable: "AlterTable",
};

const DML: Readonly<Record<string, string>> = {
  Insert: "Insert Into",
  Update: "Update",
  Delete: "Delete",
  Merge: "Merge",
  Truncate: "Truncate",
  Copy: "COPY",
};

const STATEMENTS: Readonly<Record<string, string>> = {
  Set: "SetVariable",
  SetVariable: "SetVariable",
  Reset: "ResetVariable",
  StartTransaction: "TransactionStart",
  Commit: "TransactionEnd",
  Rollback: "TransactionEnd",
  Prepare: "Prepare",
  Execute: "Execute",
  Deallocate: "Deallocate",
};

/** The text for a statement that reads nothing (docs/reference/sql.md). */
function refusal(tag: string, node: unknown): Error {
  if (tag === "ShowVariable") return showRefusal(node);
  const dml = DML[tag];
  if (dml !== undefined) return planError(`DML not supported: ${dml}`);
  const statement = STATEMENTS[tag];
  if (statement !== undefined) return planError(`Statement not supported: ${statement}`);
  const ddl = DDL[tag] ?? (/^(Create|Drop|Alter)/.test(tag) ? tag : undefined);
  if (ddl !== undefined) return planError(`DDL not supported: ${ddlName(ddl, node)}`);
  return notImplemented(`Unsupported SQL statement: ${tag}. Send SELECT, SHOW, DESCRIBE or EXPLAIN`);
}

function ddlName(name: string, node: unknown): string {
  if (name === "CreateMemoryTable" && (node as { readonly external?: boolean }).external === true)
    return "CreateExternalTable";
  if (name !== "DropTable") return name;
  const kind = (node as { readonly object_type?: string }).object_type ?? "Table";
  return (
    ({ View: "DropView", Schema: "DropCatalogSchema" } as Readonly<Record<string, string>>)[kind] ??
    `Drop${kind}`
  );
}

function showRefusal(node: unknown): Error {
  const words = (node as { readonly variable: readonly { readonly value: string }[] }).variable.map(
    (v) => v.value,
  );
  return planError(`'${words.join(".")}' is not a variable which can be viewed with 'SHOW'`);
}
