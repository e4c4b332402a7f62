import type { AnalysisContext } from "../analysis/index.ts";
import type { PluginDocument } from "../plugin-document/index.ts";

/** Entry points of packages are in `__init__.py`; functions of the same names in other modules are helpers. */
export function mayHoldEntryPoints(document: PluginDocument, context: AnalysisContext): boolean {
  return !context.isInPackage || isPackageRoot(document);
}

export function isPackageRoot(document: PluginDocument): boolean {
  return /(?:^|[/\\])__init__\.py$/.test(decodeURIComponent(document.uri));
}
