export type * from "./ast.ts";
export { nodeOf } from "./ast.ts";
export { checkLimits, MAX_SQL_DEPTH, MAX_SQL_LENGTH } from "./limits.ts";
export { initParser, parseStatements } from "./parser.ts";
export { scanTokens, type Token, type TokenKind } from "./scan.ts";
