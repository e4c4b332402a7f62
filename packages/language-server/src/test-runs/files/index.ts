export { type FoundFiles, findFiles, isTestFile, testFilesBeside } from "./find-files.ts";
export { isFile, readText, realPath } from "./read-files.ts";
export { findServerProgram } from "./server-program.ts";
export { makeTemporaryDirectory, type TemporaryDirectory } from "./temporary-directory.ts";
