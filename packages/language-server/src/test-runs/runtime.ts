/** Python and all that runs it are loaded when they are needed: most of the time editors only look at plugins. */
export function loadRuntime() {
  return import("@millrace/plugin-runtime");
}
