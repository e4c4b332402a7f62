export { hostProblem, nameFor, type SavedConnection, tokenProblem } from "./connection.ts";
export { ConnectionBook, type KeptValues, type Secrets } from "./connection-book.ts";
export { type ConnectionStatus, describeStatus, type StatusText } from "./status.ts";
