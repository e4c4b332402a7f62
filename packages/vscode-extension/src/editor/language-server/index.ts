export { LanguageServer, type LanguageServerOptions } from "./language-server.ts";
