import { nearest } from "../analysis/index.ts";
import { type ApiMethod, CACHE, findMethod, INFLUXDB3_LOCAL, LINE_BUILDER } from "../api-table/index.ts";
import type { Argument, CallExpression, PluginDocument } from "../plugin-document/index.ts";
import { surelyApiCalls } from "./api-objects.ts";
import { surelyBuilderCalls } from "./builders.ts";
import type { Found, Lint } from "./lint.ts";

/** Methods with a database in front, which calls of the others are often meant for. */
const WITH_DATABASE: Readonly<Record<string, string>> = {
  write: "write_to_db",
  write_sync: "write_sync_to_db",
};

/** Arguments that a method has no place for. The type checker sees them as well; here is what to do about them. */
export const wrongArguments: Lint = {
  name: "wrong-arguments",
  find: (document, { schema }) => {
    const calls = [
      ...surelyApiCalls(document).map(({ owner, method, call }) => ({
        call,
        method: findMethod(owner === "cache" ? CACHE : INFLUXDB3_LOCAL, method),
      })),
      ...surelyBuilderCalls(document).map(({ method, call }) => ({
        call,
        method: findMethod(LINE_BUILDER, method),
      })),
    ];
    // With a known database `query` is many functions to the type checker, which then marks another place.
    const left = schema === undefined ? undefined : "query";
    return calls.flatMap(({ call, method }) =>
      method === undefined || method.name === left ? [] : check(document, method, call),
    );
  },
};

function check(document: PluginDocument, method: ApiMethod, call: CallExpression): Found[] {
  if (call.arguments.some((it) => it.spread !== undefined)) return [];
  const positional = call.arguments.filter((it) => it.name === undefined);
  const unknown = call.arguments
    .filter((it) => it.name !== undefined && !method.parameters.some(({ name }) => name === it.name))
    .map((argument) => unknownKeyword(document, method, call, argument));
  if (method.parameters.some((it) => it.name.startsWith("*"))) return unknown;
  const tooMany = databaseGiven(method, call, positional) ?? extra(document, method, call, positional);
  return [...unknown, ...tooMany];
}

function unknownKeyword(
  document: PluginDocument,
  method: ApiMethod,
  call: CallExpression,
  argument: Argument,
): Found {
  const span = argument.nameSpan!;
  const given = new Set(call.arguments.map((it) => it.name));
  const free = method.parameters
    .slice(call.arguments.filter((it) => it.name === undefined).length)
    .map((it) => it.name)
    .filter((name) => !name.startsWith("*") && !given.has(name));
  const meant = nearest(argument.name!, free);
  const text = `${method.name}: no parameter named "${argument.name}"`;
  return {
    span,
    code: "wrong-arguments",
    message: meant === undefined ? `${text}.` : `${text}; did you mean '${meant}'?`,
    fixes:
      meant === undefined
        ? [
            {
              title: `Remove ${document.textOf(argument)}`,
              changes: [removal(document, call, argument, argument)],
            },
          ]
        : [{ title: `Change to ${meant}`, changes: [{ ...span, text: meant }], isPreferred: true }],
  };
}

/** `write("db", line)` */
function databaseGiven(
  method: ApiMethod,
  call: CallExpression,
  positional: readonly Argument[],
): Found[] | undefined {
  const meant = WITH_DATABASE[method.name];
  const first = positional[0]?.value;
  if (meant === undefined || first?.kind !== "string" || call.callee.kind !== "member") return undefined;
  const names = call.arguments.flatMap((it) => it.name ?? []);
  const isOneMore = call.arguments.length === method.parameters.length + 1;
  const isFit = names.every((name) => name === "no_sync") && isOneMore;
  const extraArgument = positional[method.parameters.length - names.length];
  if (!isFit || extraArgument === undefined) return undefined;
  return [
    {
      span: extraArgument,
      code: "wrong-arguments",
      message: `${method.name} writes to the trigger's own database; ${meant} takes the name of another one.`,
      fixes: [
        {
          title: `Change to ${meant}`,
          changes: [{ ...call.callee.nameSpan, text: meant }],
          isPreferred: true,
        },
      ],
    },
  ];
}

function extra(
  document: PluginDocument,
  method: ApiMethod,
  call: CallExpression,
  positional: readonly Argument[],
): Found[] {
  const first = positional[method.parameters.length];
  if (first === undefined) return [];
  const last = positional.at(-1)!;
  const count = method.parameters.length;
  return [
    {
      span: first,
      code: "wrong-arguments",
      message: `${method.name} takes ${count === 0 ? "no arguments" : count === 1 ? "one argument" : `${count} arguments`}.`,
      fixes: [
        {
          title: first === last ? "Remove the argument" : "Remove the arguments",
          changes: [removal(document, call, first, last)],
        },
      ],
    },
  ];
}

/** With the comma in front, or, of the first argument, the comma behind. */
function removal(document: PluginDocument, call: CallExpression, first: Argument, last: Argument) {
  const at = call.arguments.indexOf(first);
  const before = call.arguments[at - 1];
  const next = call.arguments[call.arguments.indexOf(last) + 1];
  if (before !== undefined) return { from: before.to, to: last.to, text: "" };
  const rest = /^\s*,/.exec(document.text.slice(last.to))?.[0].length ?? 0;
  return { from: first.from, to: next?.from ?? last.to + rest, text: "" };
}
