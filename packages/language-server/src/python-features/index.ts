export { concernsPlugin } from "./concerns-plugin.ts";
export { entryPointHover } from "./entry-point-hover.ts";
export { memberFixes } from "./member-fixes.ts";
export { PythonFeatures } from "./python-features.ts";
