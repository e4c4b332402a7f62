import { type CodeActionSource, type DiagnosticSource, diagnosticAt, quickFix } from "../analysis/index.ts";
import { findMethod, INFLUXDB3_LOCAL, requiredParameters } from "../api-table/index.ts";
import type { ApiCall } from "../plugin-document/index.ts";

const CODE = "missing-no-sync";

/** `write_sync` without `no_sync` raises TypeError: docs/reference/plugin-api.md. */
export const noSyncLint: DiagnosticSource = {
  name: CODE,
  check: (document) =>
    document.apiCalls.filter(lacksNoSync).map(({ call, method }) =>
      diagnosticAt(document, call.callee.kind === "member" ? call.callee.nameSpan : call, {
        code: CODE,
        message: `${method} needs no_sync: False waits until the line is durable, True does not.`,
        data: { insertAt: call.argumentsSpan.to - 1 },
      }),
    ),
};

export const noSyncFix: CodeActionSource = {
  name: CODE,
  actions: (document, { diagnostics }) =>
    diagnostics
      .filter((diagnostic) => diagnostic.code === CODE)
      .flatMap((diagnostic) => {
        const { insertAt } = diagnostic.data as { insertAt: number };
        return ["True", "False"].map((value) => {
          const change = { from: insertAt, to: insertAt, text: `, no_sync=${value}` };
          return quickFix(document, `Add no_sync=${value}`, [change], diagnostic, value === "True");
        });
      }),
};

function lacksNoSync({ owner, method, call }: ApiCall): boolean {
  const described = owner === "influxdb3_local" ? findMethod(INFLUXDB3_LOCAL, method) : undefined;
  if (described === undefined || !described.parameters.some((it) => it.name === "no_sync")) return false;
  if (call.arguments.length === 0 || call.arguments.some((it) => it.spread !== undefined)) return false;
  const isNamed = call.arguments.some((it) => it.name === "no_sync");
  return !isNamed && call.arguments.length === requiredParameters(described).length - 1;
}
