export { PluginTester, type TesterOptions } from "./plugin-tester.ts";
