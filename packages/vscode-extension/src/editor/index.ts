export { type HostProcess, startExtension } from "./start-extension.ts";
