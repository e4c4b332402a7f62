import { nearest } from "../analysis/index.ts";
import { ENTRY_POINT_SIGNATURES } from "../api-table/index.ts";
import type { PluginDocument, PythonFunction } from "../plugin-document/index.ts";
import type { Lint } from "./lint.ts";
import { isDefinedHere, occurrences } from "./own-names.ts";
import { mayHoldEntryPoints } from "./plugin-kind.ts";

/** Without these words at their ends names still say the same. */
const OPTIONAL_WORDS = new Set(["call"]);

/** A function that nobody calls and that is almost called like an entry point: no trigger will find it. */
export const entryPointName: Lint = {
  name: "entry-point-name",
  find: (document, context) => {
    if (!mayHoldEntryPoints(document, context)) return [];
    const known = new Set(document.entryPoints.map((it) => it.name));
    return document.functions.flatMap((definition) => {
      const meant = meantEntryPoint(definition);
      if (meant === undefined || known.has(meant) || isUsed(document, definition, meant)) return [];
      const signature = ENTRY_POINT_SIGNATURES.find((it) => it.name === meant)!;
      if (definition.parameters.filter((it) => it.kind === "positional").length > signature.parameters.length)
        return [];
      return [
        {
          span: definition.nameSpan,
          code: "entry-point-name",
          severity: "warning" as const,
          message: `No trigger calls '${definition.name}': the engine looks for '${meant}'.`,
          fixes: [
            {
              title: `Rename to ${meant}`,
              changes: [{ ...definition.nameSpan, text: meant }],
              isPreferred: true,
            },
          ],
        },
      ];
    });
  },
};

function meantEntryPoint(definition: PythonFunction): string | undefined {
  const { name, isTopLevel, parameters } = definition;
  if (!isTopLevel || definition.isDecorated || !/api|local|influx/i.test(parameters[0]?.name ?? ""))
    return undefined;
  const words = wordsOf(name);
  return ENTRY_POINT_SIGNATURES.map((it) => it.name).find((candidate) => {
    if (candidate === name) return false;
    const expected = wordsOf(candidate);
    return (
      isNear(words, expected) ||
      isNear(
        words,
        expected.filter((word) => !OPTIONAL_WORDS.has(word)),
      )
    );
  });
}

/** "processWrites" and "process_write" have the words "process" and "write". */
function wordsOf(name: string): string[] {
  return name
    .replace(/([a-z])([A-Z])/g, "$1_$2")
    .toLowerCase()
    .split("_")
    .filter((word) => word !== "");
}

function isNear(words: readonly string[], expected: readonly string[]): boolean {
  if (words.length !== expected.length) return false;
  return words.every((word, i) => word === expected[i] || nearest(word, [expected[i]!]) !== undefined);
}

/** Called somewhere, handed to somebody, or the wanted name is given to something else. */
function isUsed(document: PluginDocument, definition: PythonFunction, meant: string): boolean {
  const uses = occurrences(document, definition.name, undefined);
  return uses.some((offset) => offset !== definition.nameSpan.from) || isDefinedHere(document, meant);
}
