export { type LoadServer, loadServerPackage, type RunningServer, type ServerModule } from "./contract.ts";
export { serveOptionSpecs } from "./options.ts";
export { runServe, ServeError } from "./run.ts";
