import type { CodeLens } from "vscode-languageserver";
import type { CodeLensSource } from "../analysis/index.ts";
import type { EntryPoint, PluginDocument } from "../plugin-document/index.ts";

/** What the commands of lenses get. Editors implement them; docs/guides/editor.md. */
export interface LensArguments {
  readonly uri: string;
  /** "process_writes", "process_scheduled_call" or "process_request". */
  readonly entryPoint: string;
  readonly kind: EntryPoint["kind"];
  readonly line: number;
}

export const entryPointLenses: CodeLensSource = {
  name: "entry-points",
  lenses: (document, { settings }) =>
    document.entryPoints.flatMap((entryPoint) => {
      const lenses = [lens(document, entryPoint, "▶ Test", "millrace.testPlugin")];
      if (settings.debugLens) lenses.push(lens(document, entryPoint, "Debug", "millrace.debugPlugin"));
      lenses.push(lens(document, entryPoint, "Create trigger…", "millrace.createTrigger"));
      return lenses;
    }),
};

function lens(document: PluginDocument, entryPoint: EntryPoint, title: string, command: string): CodeLens {
  const range = document.rangeOf(entryPoint.function.nameSpan);
  const { name, kind } = entryPoint;
  const argument: LensArguments = { uri: document.uri, entryPoint: name, kind, line: range.start.line };
  return { range, command: { title, command, arguments: [argument] } };
}
