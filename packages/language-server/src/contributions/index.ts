export { codeActionSources } from "./code-action-sources.ts";
export { codeLensSources } from "./code-lens-sources.ts";
export { commandSources } from "./command-sources.ts";
export { completionSources } from "./completion-sources.ts";
export { diagnosticSources } from "./diagnostic-sources.ts";
export { hoverSources } from "./hover-sources.ts";
export { queryTypeSources } from "./query-type-sources.ts";
