import type { QueryType, QueryTypeSource } from "../analysis/index.ts";
import { findQueries, modelFor } from "./queries/index.ts";
import { isParserReady, planSql } from "./statement/index.ts";

/** More signatures would make every check of types slow. */
const QUERIES_MAX = 100;
const TEXT_MAX = 4000;

/** The columns of queries that stand in the plugin to the letter, as the database would plan them. */
export const literalQueryTypes: QueryTypeSource = {
  name: "sql",
  queryTypes: (document, context) => {
    if (context.schema === undefined || !isParserReady()) return [];
    const found = new Map<string, QueryType>();
    for (const query of findQueries(document)) {
      const { sql } = query;
      if (sql.holes.length > 0 || sql.text.length > TEXT_MAX || found.has(sql.text)) continue;
      const schema = modelFor(query, context);
      const plan = schema === undefined ? undefined : planSql(sql.text, schema.model);
      if (plan === undefined || "refused" in plan || plan.columns === undefined) continue;
      const columns = plan.columns.map(({ name, type }) => ({ name, type }));
      const hasTwins = new Set(columns.map(({ name }) => name)).size < columns.length;
      if (!hasTwins) found.set(sql.text, { sql: sql.text, columns });
      if (found.size >= QUERIES_MAX) break;
    }
    return [...found.values()];
  },
};
