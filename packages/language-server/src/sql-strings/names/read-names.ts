import { nodeOf, type ObjectName, type Query, type Statement } from "@millrace/sql";
import { readQuery } from "./read-query.ts";
import { readTableName } from "./read-relations.ts";
import type { Reading } from "./reading.ts";
import type { NameSources, Names } from "./uses.ts";

/** All names of a statement that reads, with what they stand for. */
export function readNames(statement: Statement, sources: NameSources): Names {
  const reading: Reading = { sources, tables: [], columns: [], functions: [], readQuery };
  read(statement, reading);
  return reading;
}

function read(statement: Statement, reading: Reading): void {
  const [tag, node] = nodeOf(statement);
  if (tag === "Query") readQuery(node as Query, reading, new Map(), undefined);
  else if (tag === "Explain") read((node as { statement: Statement }).statement, reading);
  else if (tag === "ExplainTable")
    readTableName((node as { table_name: ObjectName }).table_name, shown(reading));
  else if (tag === "ShowColumns") {
    const options = (node as { show_options: { show_in?: { parent_name?: ObjectName | null } | null } })
      .show_options;
    const name = options.show_in?.parent_name;
    if (name !== null && name !== undefined) readTableName(name, shown(reading));
  }
}

function shown(reading: Reading) {
  return { ...reading, common: new Map() };
}
