import type {
  Argument,
  CallExpression,
  DictExpression,
  Expression,
  Place,
  PluginDocument,
  StringExpression,
} from "../plugin-document/index.ts";
import { literalValue } from "../plugin-document/index.ts";
import { followed, occurrences, onlyAssignment } from "./own-names.ts";
import { type ScannedSql, scanPlaceholders } from "./placeholders.ts";
import { remember } from "./remember.ts";
import { HOLE, readSqlText, type SqlText } from "./sql-text.ts";

/** A call of `influxdb3_local.query`. */
export interface Query {
  readonly call: CallExpression;
  readonly place: Place;
  readonly sqlArgument: Argument;
  readonly sql: SqlText;
  readonly scanned: ScannedSql;
  readonly parameters: Parameters;
}

export interface Parameters {
  /** Undefined: nothing is given, or None. */
  readonly argument: Argument | undefined;
  /** The dict that is given, there or by its name. */
  readonly dict: DictExpression | undefined;
  readonly entries: readonly ParameterEntry[];
  /** The dict has these entries and no others, or there is none. */
  readonly isComplete: boolean;
}

export interface ParameterEntry {
  readonly name: string;
  readonly key: StringExpression;
  readonly value: Expression;
}

export const findQueries = remember(
  () => "",
  (document): readonly Query[] =>
    document.apiCalls.flatMap(({ owner, method, call, place }) => {
      if (owner !== "influxdb3_local" || method !== "query") return [];
      if (call.arguments.some((it) => it.spread !== undefined)) return [];
      const sqlArgument = argumentOf(call, "query", 0);
      if (sqlArgument === undefined) return [];
      const sql = readSqlText(document, sqlArgument.value, place);
      const parameters = readParameters(document, argumentOf(call, "args", 1), place);
      return [{ call, place, sqlArgument, sql, scanned: scanPlaceholders(sql.text), parameters }];
    }),
);

/** Whether nothing of the statement is filled in at run time. */
export function isWhole({ sql }: Query): boolean {
  return !sql.text.includes(HOLE);
}

function argumentOf(call: CallExpression, name: string, index: number): Argument | undefined {
  return call.arguments.find((it, i) => it.name === name || (it.name === undefined && i === index));
}

function readParameters(document: PluginDocument, argument: Argument | undefined, place: Place): Parameters {
  const isNone = argument?.value.kind === "constant" && argument.value.value === null;
  if (argument === undefined || isNone) {
    return { argument, dict: undefined, entries: [], isComplete: true };
  }
  const value = followed(document, argument.value, place);
  if (value.kind !== "dict") return { argument, dict: undefined, entries: [], isComplete: false };
  const entries = value.entries.flatMap(({ key, value: given }): ParameterEntry[] => {
    if (key?.kind !== "string" || key.isBytes) return [];
    const name = literalValue(key);
    return name === undefined ? [] : [{ name, key, value: given }];
  });
  const isComplete =
    entries.length === value.entries.length &&
    (argument.value.kind !== "name" || isOnlyPassedToQueries(document, argument.value.name, place));
  return { argument, dict: value, entries, isComplete };
}

/** Nobody else can add entries to the dict of this name. */
function isOnlyPassedToQueries(document: PluginDocument, name: string, place: Place): boolean {
  const assignment = onlyAssignment(document, name, place);
  if (assignment === undefined) return false;
  const passed = new Set(
    document.apiCalls
      .filter((it) => it.owner === "influxdb3_local" && it.method === "query")
      .flatMap((it) => it.call.arguments.map((argument) => argument.value.from)),
  );
  return occurrences(document, name, assignment.place.function).every(
    (offset) => offset === assignment.target.from || passed.has(offset),
  );
}
