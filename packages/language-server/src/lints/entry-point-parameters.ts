import type { AnalysisContext } from "../analysis/index.ts";
import { signatureOf } from "../api-table/index.ts";
import type { EntryPoint, Parameter, PluginDocument } from "../plugin-document/index.ts";
import type { Fix, Found, Lint } from "./lint.ts";
import { mayHoldEntryPoints } from "./plugin-kind.ts";

/** The engine calls entry points by position, always with all arguments: docs/reference/processing-engine.md. */
export const entryPointParameters: Lint = {
  name: "entry-point-parameters",
  find: (document, context: AnalysisContext) => {
    if (!mayHoldEntryPoints(document, context)) return [];
    // What a decorator makes of a function may take other arguments.
    const plain = document.entryPoints.filter((it) => !it.function.isDecorated);
    return plain.flatMap((entryPoint) => [
      ...parameters(document, entryPoint),
      ...neverRuns(document, entryPoint),
    ]);
  },
};

function parameters(document: PluginDocument, entryPoint: EntryPoint): Found[] {
  const { name, kind, function: definition } = entryPoint;
  const expected = signatureOf(kind).parameters.map((it) => it.name);
  const given = definition.parameters;
  const positional = given.filter((it) => it.kind === "positional" && !isMarker(it));
  const takesRest = given.some((it) => it.kind === "*" && it.name !== "");
  const call = `${name}(${expected.join(", ")})`;
  const required = positional.filter((it) => it.defaultValue === undefined);
  const needed = given.filter((it) => it.kind === "keyword" && it.defaultValue === undefined);
  const describe = (message: string, fixes: readonly Fix[]): Found[] => [
    { span: definition.parametersSpan, code: "entry-point-parameters", message, fixes },
  ];
  if (positional.length < expected.length && !takesRest) {
    const message = `The engine calls ${call}: this function takes ${positional.length} of ${expected.length} arguments, so that every run fails.`;
    return describe(message, addMissing(entryPoint, positional, expected));
  }
  if (required.length > expected.length || needed.length > 0) {
    const extra = required.slice(expected.length).concat(needed);
    const names = extra.map((it) => `'${it.name}'`).join(", ");
    const message = `The engine calls ${call} and gives nothing for ${names}, so that every run fails.`;
    return describe(message, [giveDefaults(extra)]);
  }
  return misplaced(document, entryPoint, positional, expected, describe);
}

/** Names are free, but one that belongs to another place tells of a mistake. */
function misplaced(
  document: PluginDocument,
  { function: definition }: EntryPoint,
  positional: readonly Parameter[],
  expected: readonly string[],
  describe: (message: string, fixes: readonly Fix[]) => Found[],
): Found[] {
  const wrong = positional.find((it, i) => {
    const place = expected.indexOf(it.name);
    return place >= 0 && place !== i && i < expected.length;
  });
  if (wrong === undefined) return [];
  const message = `The engine gives the arguments by position, as (${expected.join(", ")}): '${wrong.name}' gets another one.`;
  const names = positional.slice(0, expected.length);
  const isSame = names.length === expected.length && names.every((it) => expected.includes(it.name));
  const mayReorder =
    isSame &&
    definition.parameters.length === names.length &&
    names.every((it) => it.annotation === undefined);
  if (!mayReorder) return describe(message, []).map((it) => ({ ...it, severity: "warning" }));
  const ordered = expected.map((name) => document.textOf(names.find((it) => it.name === name)!));
  const text = `(${withDefaultsLast(ordered).join(", ")})`;
  const fix = {
    title: "Put the parameters in order",
    changes: [{ ...definition.parametersSpan, text }],
    isPreferred: true,
  };
  return describe(message, [fix]).map((it) => ({ ...it, severity: "warning" }));
}

/** Python refuses a parameter without a default behind one with it. */
function withDefaultsLast(parameters: readonly string[]): string[] {
  const first = parameters.findIndex((it) => it.includes("="));
  return parameters.map((it, i) => (first >= 0 && i > first && !it.includes("=") ? `${it}=None` : it));
}

function addMissing(
  { kind, function: definition }: EntryPoint,
  positional: readonly Parameter[],
  expected: readonly string[],
): Fix[] {
  const known = new Set(definition.parameters.map((it) => it.name));
  const missing = expected.slice(positional.length);
  // Something else of this name is there already, or what is there stands in another place: nothing sure can be said.
  if (missing.some((name) => known.has(name)) || definition.parameters.length !== positional.length)
    return [];
  const hasDefault = positional.some((it) => it.defaultValue !== undefined);
  const described = signatureOf(kind).parameters;
  const text = missing
    .map((name) => {
      const value = described.find((it) => it.name === name)?.default ?? (hasDefault ? "None" : undefined);
      return value === undefined ? name : `${name}=${value}`;
    })
    .join(", ");
  const last = positional.at(-1);
  const at = last?.to ?? definition.parametersSpan.from + 1;
  const isSingle = missing.length === 1;
  return [
    {
      title: `Add the parameter${isSingle ? "" : "s"} ${text}`,
      changes: [{ from: at, to: at, text: last === undefined ? text : `, ${text}` }],
      isPreferred: true,
    },
  ];
}

function giveDefaults(extra: readonly Parameter[]): Fix {
  const names = extra.map((it) => it.name).join(", ");
  const changes = extra.map((it) => ({
    from: it.to,
    to: it.to,
    text: it.annotation === undefined ? "=None" : " = None",
  }));
  return { title: `Give ${names} a default`, changes, isPreferred: true };
}

/** Calling a coroutine function, or a generator, runs nothing of it. */
function neverRuns(document: PluginDocument, { name, kind, function: definition }: EntryPoint): Found[] {
  if (definition.isAsync) {
    const start = document.textOf({ from: definition.from, to: definition.nameSpan.from });
    const keyword = /async\s+/.exec(start);
    const from = definition.from + (keyword?.index ?? 0);
    const awaits = /\bawait\b|\basync (?:for|with)\b/.test(document.textOf(definition.body));
    const change = { from, to: from + (keyword?.[0].length ?? 0), text: "" };
    return [
      {
        span: definition.nameSpan,
        code: "async-entry-point",
        message: `The engine does not await ${name}: none of it ever runs. Make it a plain function that calls asyncio.run(…).`,
        fixes:
          keyword === null || awaits ? [] : [{ title: "Remove async", changes: [change], isPreferred: true }],
      },
    ];
  }
  if (!definition.isGenerator || kind === "http") return [];
  return [
    {
      span: definition.nameSpan,
      code: "generator-entry-point",
      message: `${name} contains yield, which makes it a generator: nothing of it ever runs.`,
    },
  ];
}

/** `/` and the bare `*` are no parameters. */
function isMarker(parameter: Parameter): boolean {
  return parameter.name === "";
}
