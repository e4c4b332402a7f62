import type { CallExpression, Expression } from "./expressions.ts";
import type { CallSite, EntryPoint, Place, PythonFunction } from "./statements.ts";

/** A call of the plugin API: `influxdb3_local.query(…)`, `influxdb3_local.cache.put(…)`. */
export interface ApiCall extends CallSite {
  readonly owner: "influxdb3_local" | "cache";
  readonly method: string;
}

const API_NAME = "influxdb3_local";

/** Follows a name to what was assigned to it last, before an offset and in the same function. */
export type Resolve = (name: string, place: Place, before: number) => Expression | undefined;

export function findApiCalls(
  calls: readonly CallSite[],
  entryPoints: readonly EntryPoint[],
  resolve: Resolve,
): ApiCall[] {
  const firstParameters = new Map<PythonFunction, string>();
  for (const { function: definition } of entryPoints) {
    const first = definition.parameters[0];
    if (first !== undefined) firstParameters.set(definition, first.name);
  }
  const isApi = (expression: Expression, place: Place): boolean => {
    if (expression.kind === "member") return expression.name === API_NAME;
    if (expression.kind !== "name") return false;
    if (expression.name === API_NAME) return true;
    const definition = place.function;
    return definition !== undefined && firstParameters.get(definition) === expression.name;
  };
  const ownerOf = (call: CallExpression, place: Place): ApiCall["owner"] | undefined => {
    if (call.callee.kind !== "member") return undefined;
    const object = followName(call.callee.object, place, resolve);
    if (isApi(object, place)) return "influxdb3_local";
    const isCache = object.kind === "member" && object.name === "cache" && isApi(object.object, place);
    return isCache ? "cache" : undefined;
  };
  const found: ApiCall[] = [];
  for (const { call, place } of calls) {
    const owner = ownerOf(call, place);
    if (owner === undefined || call.callee.kind !== "member") continue;
    found.push({ owner, method: call.callee.name, call, place });
  }
  return found;
}

/** One step from a local name to what it stands for. */
function followName(expression: Expression, place: Place, resolve: Resolve): Expression {
  if (expression.kind !== "name") return expression;
  return resolve(expression.name, place, expression.from) ?? expression;
}
