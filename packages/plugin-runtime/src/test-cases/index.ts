export type { CaseHost, SeedData } from "./case-host.ts";
export type { Difference } from "./difference.ts";
export { freezeQueryTime } from "./frozen-sql.ts";
export { type FileCase, readTestFile, type TestFile, TestFileError } from "./read-file.ts";
export { recordResults } from "./record.ts";
export { type CaseResult, runCase } from "./run-case.ts";
