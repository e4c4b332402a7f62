/** Extensions that check all Python in the editor. */
export const OTHER_PYTHON_TOOLS: readonly string[] = [
  "ms-python.vscode-pylance",
  "ms-pyright.pyright",
  "detachhead.basedpyright",
];

/** With `auto`, nothing is said twice: beside another checker of Python only what concerns the plugin API. */
export function checksToShow(setting: unknown, isOtherToolActive: boolean): unknown {
  if (setting !== "auto") return setting;
  return isOtherToolActive ? "plugin" : "standard";
}

/** The language server's view of the section "millrace". */
export function serverSettings(section: unknown, isOtherToolActive: boolean): unknown {
  if (typeof section !== "object" || section === null) return section;
  const { diagnostics, ...rest } = section as Readonly<Record<string, unknown>>;
  // The lens that starts a debugger is for editors that have one.
  return { ...rest, debugLens: false, diagnostics: checksToShow(diagnostics, isOtherToolActive) };
}
