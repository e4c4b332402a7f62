/** What an editor can set, in the section "millrace". */
export interface Settings {
  /**
   * Which findings of the type checker are shown: "plugin" are those about the plugin API, for editors in which another
   * tool checks the rest; "standard" adds what is surely wrong anywhere; "all" is everything it says.
   */
  readonly diagnostics: "plugin" | "standard" | "all";
  /** A virtual environment or interpreter whose packages the plugins may import. */
  readonly pythonPath: string | undefined;
  /** Whether the lens that starts a debugger is shown. */
  readonly debugLens: boolean;
}

export const DEFAULT_SETTINGS: Settings = {
  diagnostics: "standard",
  pythonPath: undefined,
  debugLens: false,
};

const DIAGNOSTICS: readonly string[] = ["plugin", "standard", "all"];

/** Reads what an editor sent; what is missing or makes no sense stays as it was. */
export function readSettings(given: unknown, before: Settings = DEFAULT_SETTINGS): Settings {
  if (typeof given !== "object" || given === null) return before;
  const { diagnostics, pythonPath, debugLens } = given as Record<string, unknown>;
  const isKnown = typeof diagnostics === "string" && DIAGNOSTICS.includes(diagnostics);
  return {
    diagnostics: isKnown ? (diagnostics as Settings["diagnostics"]) : before.diagnostics,
    pythonPath: typeof pythonPath === "string" ? pythonPath || undefined : before.pythonPath,
    debugLens: typeof debugLens === "boolean" ? debugLens : before.debugLens,
  };
}
