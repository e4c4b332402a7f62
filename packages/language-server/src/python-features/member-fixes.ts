import type { CodeActionSource } from "../analysis/index.ts";
import { quickFix } from "../analysis/index.ts";

/** Replaces a name by the one that the finding names as probably meant. */
export const memberFixes: CodeActionSource = {
  name: "members",
  actions: (document, { diagnostics }) =>
    diagnostics.flatMap((diagnostic) => {
      const replacement = (diagnostic.data as { replacement?: unknown } | undefined)?.replacement;
      if (typeof replacement !== "string") return [];
      const change = { ...document.positions.spanOf(diagnostic.range), text: replacement };
      return [quickFix(document, `Change to ${replacement}`, [change], diagnostic, true)];
    }),
};
