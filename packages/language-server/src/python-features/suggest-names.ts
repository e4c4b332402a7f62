import { type Diagnostic, nearest } from "../analysis/index.ts";
import type { Position } from "../text/index.ts";
import type { ReadFinding } from "./findings/index.ts";

/** Each costs a question to the checker; a file with more wrong names is being written, or is another language. */
const SUGGESTIONS_MAX = 20;

/** Adds to findings about names that do not exist which name is probably meant. */
export async function suggestNames(
  findings: readonly ReadFinding[],
  namesAt: (position: Position) => Promise<readonly string[]>,
): Promise<Diagnostic[]> {
  const diagnostics: Diagnostic[] = [];
  let asked = 0;
  for (const { diagnostic, unknownName } of findings) {
    const mayAsk = unknownName !== undefined && asked++ < SUGGESTIONS_MAX;
    const meant = mayAsk ? nearest(unknownName, await namesAt(diagnostic.range.start)) : undefined;
    diagnostics.push(meant === undefined ? diagnostic : withSuggestion(diagnostic, meant));
  }
  return diagnostics;
}

function withSuggestion(diagnostic: Diagnostic, meant: string): Diagnostic {
  const message = `${String(diagnostic.message).replace(/\.$/, "")}; did you mean '${meant}'?`;
  return { ...diagnostic, message, data: { replacement: meant } };
}
