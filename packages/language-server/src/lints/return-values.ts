import type { AnalysisContext } from "../analysis/index.ts";
import type { Expression, PluginDocument, ReturnStatement } from "../plugin-document/index.ts";
import type { Fix, Found, Lint } from "./lint.ts";
import { mayHoldEntryPoints } from "./plugin-kind.ts";

const CODE = "unsupported-return";
const STATUS_MIN = 100;
const STATUS_MAX = 999;

/** Answers that `process_request` cannot give, as far as they stand there: docs/reference/processing-engine.md. */
export const returnValues: Lint = {
  name: "return-values",
  find: (document, context: AnalysisContext) => {
    const request = document.entryPoints.find((it) => it.kind === "http")?.function;
    if (request === undefined || !mayHoldEntryPoints(document, context)) return [];
    if (request.isDecorated || request.isGenerator || request.isAsync) return [];
    return document.returns
      .filter((it) => it.place.function === request)
      .flatMap((it) => problem(document, it) ?? []);
  },
};

function problem(document: PluginDocument, { value, from, to }: ReturnStatement): Found | undefined {
  if (value === undefined) {
    const fix = { title: "Return an empty answer", changes: [{ from, to, text: 'return "", 204' }] };
    return describe({ from, to }, "A request without an answer fails with status 500", [fix]);
  }
  if (value.kind === "constant" && value.value === null) {
    const fix = { title: "Return an empty answer", changes: [{ ...value, text: '"", 204' }] };
    return describe(value, "A request without an answer fails with status 500", [fix]);
  }
  if (value.kind === "tuple") return tupleProblem(document, value.items, value);
  if (value.kind === "string" && value.isBytes) {
    const fix = { title: "Return text", changes: [{ from: value.to, to: value.to, text: ".decode()" }] };
    return describe(value, "Of bytes the answer has nothing: return text", [{ ...fix, isPreferred: true }]);
  }
  const isNumber = value.kind === "number" || value.kind === "constant";
  if (!isNumber) return undefined;
  const source = document.textOf(value);
  const isStatus =
    value.kind === "number" && value.value >= STATUS_MIN && value.value < 600 && !value.isFloat;
  const fixes: Fix[] = isStatus
    ? [{ title: "Return it as the status", changes: [{ ...value, text: `"", ${source}` }] }]
    : [{ title: "Return it as text", changes: [{ ...value, text: `str(${source})` }] }];
  return describe(value, "No answer can be made of a number: return text, a dict or a list", fixes);
}

function tupleProblem(
  document: PluginDocument,
  items: readonly Expression[],
  tuple: Expression,
): Found | undefined {
  const [body, status, headers] = items;
  if (items.length > 3 || body === undefined) return undefined;
  if (status?.kind === "number" && !isStatus(status.value)) {
    return describe(
      status,
      `There is no status ${document.textOf(status)}: it is between ${STATUS_MIN} and ${STATUS_MAX}`,
      [],
    );
  }
  if (headers === undefined || !isNoDict(headers)) return undefined;
  const isLegacy = body.kind === "number" && isStatus(body.value) && status !== undefined;
  const order = isLegacy ? [headers, body, status] : undefined;
  const inner = order?.map((item) => document.textOf(item)).join(", ");
  const text = document.text[tuple.from] === "(" ? `(${inner})` : inner;
  return describe(
    tuple,
    "The third item of an answer is a dict of headers",
    inner === undefined
      ? []
      : [
          {
            title: "Put the answer in order: body, status, headers",
            changes: [{ from: tuple.from, to: tuple.to, text: text! }],
            isPreferred: true,
          },
        ],
  );
}

function isStatus(value: number): boolean {
  return Number.isInteger(value) && value >= STATUS_MIN && value <= STATUS_MAX;
}

function isNoDict({ kind }: Expression): boolean {
  return ["string", "number", "constant", "list", "tuple", "set"].includes(kind);
}

function describe(span: { from: number; to: number }, what: string, fixes: readonly Fix[]): Found {
  return {
    span: { from: span.from, to: span.to },
    code: CODE,
    message: `${what}. An answer is text, a dict or a list, or a tuple of one of these with a status and headers.`,
    fixes,
  };
}
