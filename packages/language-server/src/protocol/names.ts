/** Requests and notifications of our own: docs/reference/language-server-protocol.md. */
export const METHODS = {
  listTests: "millrace/listTests",
  runTests: "millrace/runTests",
  cancelTests: "millrace/cancelTests",
  /** From the server. */
  testProgress: "millrace/testProgress",
  setConnection: "millrace/setConnection",
  connection: "millrace/connection",
  refreshSchema: "millrace/refreshSchema",
  /** From the server. */
  connectionChanged: "millrace/connectionChanged",
} as const;

/** Commands of `workspace/executeCommand`. */
export const COMMANDS = {
  listTests: "millrace.listTests",
  runTests: "millrace.runTests",
  cancelTests: "millrace.cancelTests",
  /** What the lens of an entry point calls. */
  testPlugin: "millrace.testPlugin",
  setConnection: "millrace.setConnection",
  refreshSchema: "millrace.refreshSchema",
  writeTypings: "millrace.writeTypings",
} as const;
