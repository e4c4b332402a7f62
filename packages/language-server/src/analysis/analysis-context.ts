import type { SchemaSnapshot } from "./schema-snapshot.ts";
import type { Settings } from "./settings.ts";

/** What checks and completions know besides the document. */
export interface AnalysisContext {
  readonly settings: Settings;
  /** Undefined without a connection, and while it does not answer. */
  readonly schema: SchemaSnapshot | undefined;
  /** The file belongs to a plugin of several files. */
  readonly isInPackage: boolean;
}
