export { PluginTestController, type PluginTestControllerOptions } from "./plugin-test-controller.ts";
