export { compileQuery } from "./compile.ts";
export { bigintText, engineType, quoteText } from "./sql-text.ts";
export { joinSources } from "./statement-text.ts";
export type {
  BoundParam,
  CompiledQuery,
  CompileOptions,
  CompileQuery,
  OutputColumn,
  ParamValue,
  SourceRef,
  StatementText,
  TagFilter,
} from "./types.ts";
