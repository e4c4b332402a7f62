import { findMethod, INFLUXDB3_LOCAL, requiredParameters } from "../api-table/index.ts";
import type { ApiCall } from "../plugin-document/index.ts";
import type { Lint } from "./lint.ts";

/** `write_sync` without `no_sync` raises TypeError: docs/reference/plugin-api.md. */
export const noSync: Lint = {
  name: "missing-no-sync",
  find: (document) =>
    document.apiCalls.filter(lacksNoSync).map(({ call, method }) => {
      const at = call.arguments.at(-1)!.to;
      return {
        span: call.callee.kind === "member" ? call.callee.nameSpan : call,
        code: "missing-no-sync",
        message: `${method} needs no_sync: False waits until the line is durable, True does not.`,
        fixes: ["True", "False"].map((value) => ({
          title: `Add no_sync=${value}`,
          changes: [{ from: at, to: at, text: `, no_sync=${value}` }],
          isPreferred: value === "True",
        })),
      };
    }),
};

/** All but `no_sync` is there. */
export function lacksNoSync({ owner, method, call }: ApiCall): boolean {
  const described = owner === "influxdb3_local" ? findMethod(INFLUXDB3_LOCAL, method) : undefined;
  if (described === undefined || !described.parameters.some((it) => it.name === "no_sync")) return false;
  if (call.arguments.length === 0 || call.arguments.some((it) => it.spread !== undefined)) return false;
  const names = new Set(described.parameters.map((it) => it.name));
  if (call.arguments.some((it) => it.name === "no_sync" || (it.name !== undefined && !names.has(it.name)))) {
    return false;
  }
  return call.arguments.length === requiredParameters(described).length - 1;
}
