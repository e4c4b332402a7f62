export { dryWrite } from "./dry-write.ts";
export { PluginTester, type TesterOptions } from "./plugin-tester.ts";
