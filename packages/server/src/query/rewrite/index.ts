export { compileQuery } from "./compile.ts";
export type {
  BoundParam,
  CompiledQuery,
  CompileOptions,
  CompileQuery,
  OutputColumn,
  ParamValue,
  SourceRef,
} from "./types.ts";
