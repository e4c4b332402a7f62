import type { CodeAction } from "vscode-languageserver";
import type { CodeActionSource } from "../analysis/index.ts";
import type { LensArguments } from "../lenses/index.ts";
import { COMMANDS } from "../protocol/index.ts";

/** For editors without lenses: tests are offered on the lines of entry points, where nothing is to be fixed. */
export const testActions: CodeActionSource = {
  name: "tests",
  actions: (document, { span, diagnostics }) => {
    if (diagnostics.length > 0) return [];
    const { start, end } = document.rangeOf(span);
    return document.entryPoints.flatMap(({ name, kind, function: { nameSpan } }): CodeAction[] => {
      const { line } = document.positions.positionAt(nameSpan.from);
      if (line < start.line || line > end.line) return [];
      const title = `Test ${name}`;
      const argument: LensArguments = { uri: document.uri, entryPoint: name, kind, line };
      return [{ title, command: { title, command: COMMANDS.testPlugin, arguments: [argument] } }];
    });
  },
};
