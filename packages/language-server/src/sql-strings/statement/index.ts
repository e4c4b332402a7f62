export { COMPLETED_KEYWORDS, KEYWORDS, STATEMENT_WORDS } from "./keywords.ts";
export { isParserReady, type ParsedSql, parserReady, parseSql, type SyntaxProblem } from "./parse-sql.ts";
export { parametersOf, planSql } from "./plan.ts";
export { writtenName } from "./written-name.ts";
