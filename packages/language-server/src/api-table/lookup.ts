import type { ApiClass, ApiMethod, ApiParameter } from "./model.ts";

export function findMethod(of: ApiClass, name: string): ApiMethod | undefined {
  return of.members.find((member): member is ApiMethod => member.kind === "method" && member.name === name);
}

export function requiredParameters(method: ApiMethod): readonly ApiParameter[] {
  return method.parameters.filter((it) => it.default === undefined && !it.name.startsWith("*"));
}
