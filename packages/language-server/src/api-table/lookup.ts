import { CACHE, INFLUXDB3_LOCAL, LINE_BUILDER } from "./classes.ts";
import type { ApiClass, ApiMethod, ApiParameter } from "./model.ts";

export function findMethod(of: ApiClass, name: string): ApiMethod | undefined {
  return of.members.find((member): member is ApiMethod => member.kind === "method" && member.name === name);
}

export function requiredParameters(method: ApiMethod): readonly ApiParameter[] {
  return method.parameters.filter((it) => it.default === undefined && !it.name.startsWith("*"));
}

/** The parameters of an API method, looked for by name and type, as the type checker names them. */
export function findParameter(method: string, name: string, type: string): ApiParameter | undefined {
  for (const of of [INFLUXDB3_LOCAL, CACHE, LINE_BUILDER]) {
    const parameters = method === "__init__" ? of.constructedWith : findMethod(of, method)?.parameters;
    const found = parameters?.find((it) => it.name === name && it.type === type);
    if (found !== undefined) return found;
  }
  return undefined;
}
