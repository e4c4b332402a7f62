import type { Expression, PluginDocument, StringExpression } from "../plugin-document/index.ts";
import { literalValue } from "../plugin-document/index.ts";
import { BUILDER, surelyBuilderCalls } from "./builders.ts";
import type { Fix, Found, Lint } from "./lint.ts";
import { followed } from "./own-names.ts";

const SETTERS = /^(?:tag|\w+_field)$/;

/** In the order in which LineBuilder looks for them: docs/reference/processing-engine.md, "LineBuilder". */
const REFUSED_IN_KEYS: readonly [character: string, name: string][] = [
  [" ", "spaces"],
  [",", "commas"],
  ["=", "equals signs"],
];

/** Names that LineBuilder refuses whatever the data. */
export const lineNames: Lint = {
  name: "line-names",
  find: (document) =>
    surelyBuilderCalls(document).flatMap(({ method, call, place }) => {
      const given = call.arguments[0];
      const parameter = method === BUILDER ? "measurement" : "key";
      if (given === undefined || given.spread !== undefined) return [];
      if (given.name !== undefined && given.name !== parameter) return [];
      if (method !== BUILDER && !SETTERS.test(method)) return [];
      const text = followed(document, given.value, place);
      const problem = method === BUILDER ? measurementProblem(text) : keyProblem(method, text);
      return problem === undefined ? [] : [found(document, given.value, text as StringExpression, problem)];
    }),
};

interface Problem {
  readonly code: string;
  readonly message: string;
}

function measurementProblem(text: Expression): Problem | undefined {
  if (text.kind !== "string" || text.isBytes || !hasCharacter(text, " ")) return undefined;
  const message = "LineBuilder refuses a measurement with spaces: InvalidMeasurementError at run time.";
  return { code: "invalid-measurement", message };
}

function keyProblem(method: string, text: Expression): Problem | undefined {
  if (text.kind !== "string" || text.isBytes) return undefined;
  const what = method === "tag" ? "tag key" : "field key";
  if (literalValue(text) === "") {
    return {
      code: "invalid-key",
      message: `LineBuilder refuses an empty ${what}: InvalidKeyError at run time.`,
    };
  }
  const refused = REFUSED_IN_KEYS.find(([character]) => hasCharacter(text, character));
  if (refused === undefined) return undefined;
  return {
    code: "invalid-key",
    message: `LineBuilder refuses a ${what} with ${refused[1]}: InvalidKeyError at run time.`,
  };
}

/** In what is there in any case: not in what an f-string fills in. */
function hasCharacter(text: StringExpression, character: string): boolean {
  return text.pieces.some((piece) => piece.kind === "text" && piece.value.includes(character));
}

function found(document: PluginDocument, at: Expression, text: StringExpression, problem: Problem): Found {
  return { ...problem, span: at, fixes: underscores(document, text, problem.code) };
}

/** Each run of characters that are refused becomes one underscore, in the source as it is written. */
function underscores(document: PluginDocument, text: StringExpression, code: string): Fix[] {
  const refused = code === "invalid-key" ? /[ ,=]+/g : / +/g;
  const changes = text.pieces.flatMap((piece) => {
    if (piece.kind !== "text") return [];
    return [...document.textOf(piece).matchAll(refused)].map((match) => ({
      from: piece.from + match.index,
      to: piece.from + match.index + match[0].length,
      text: "_",
    }));
  });
  if (changes.length === 0) return [];
  const value = literalValue(text);
  const title = value === undefined ? "Use underscores" : `Change to "${value.replace(refused, "_")}"`;
  return [{ title, changes, isPreferred: true }];
}
