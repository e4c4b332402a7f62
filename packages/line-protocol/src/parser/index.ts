export { LineParser, type LineParserOptions, type ParseOptions } from "./line-parser.ts";
