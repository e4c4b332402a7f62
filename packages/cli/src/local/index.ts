export { CaseRunner, type CaseRunnerOptions } from "./case-runner.ts";
export { LocalError, NotRunError } from "./local-error.ts";
export {
  locatePlugin,
  type PluginSource,
  pluginDirectory,
  readPlugin,
  stampOf,
} from "./plugin-source.ts";
export { Sandbox, type SandboxOptions } from "./sandbox.ts";
export { findTestFiles, type LoadedTestFile, loadTestFile } from "./test-files.ts";
export { changed } from "./watch.ts";
