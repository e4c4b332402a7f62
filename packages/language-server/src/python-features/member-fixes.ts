import type { CodeActionSource } from "../analysis/index.ts";
import { quickFix } from "../analysis/index.ts";

/** Replaces a name by the one that the finding names as probably meant. */
export const memberFixes: CodeActionSource = {
  name: "members",
  actions: (document, { diagnostics }) =>
    diagnostics.flatMap((diagnostic) => {
      const meant = (diagnostic.data as { meant?: unknown } | undefined)?.meant;
      if (typeof meant !== "string") return [];
      const change = { ...document.positions.spanOf(diagnostic.range), text: meant };
      return [quickFix(document, `Change to '${meant}'`, [change], diagnostic, true)];
    }),
};
