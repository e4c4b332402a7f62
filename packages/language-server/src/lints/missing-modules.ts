import type { AnalysisContext } from "../analysis/index.ts";
import type { Block, ImportStatement, PluginDocument } from "../plugin-document/index.ts";
import type { Fix, Found, Lint } from "./lint.ts";
import { ABSENT_MODULES, IMAGINED_MODULES, KNOWN_PACKAGES, REMOVED_MODULES } from "./module-table.ts";
import { isPackageRoot } from "./plugin-kind.ts";

/** Modules that plugins cannot import, or only when somebody has installed them: docs/guides/python-packages.md. */
export const missingModules: Lint = {
  name: "missing-modules",
  find: (document, context) =>
    document.imports
      .filter((it) => !isConditional(it))
      .flatMap((statement) => {
        const problem = problemOf(document, statement, context);
        if (problem === undefined) return [];
        return [
          { span: statement.moduleSpan, ...problem, fixes: fixesFor(document, statement, problem.code) },
        ];
      }),
};

type Problem = Pick<Found, "code" | "message" | "severity">;

function problemOf(
  document: PluginDocument,
  { module }: ImportStatement,
  context: AnalysisContext,
): Problem | undefined {
  const name = module.split(".")[0]!;
  if (module.startsWith(".")) return relativeProblem(document, module, context);
  const code = "missing-module";
  if (ABSENT_MODULES.has(name)) {
    const text = `Python has no '${name}' in the sandbox that plugins run in`;
    return { code, severity: "warning", message: withRemedy(text, ABSENT_MODULES.get(name)) };
  }
  if (REMOVED_MODULES.has(name)) {
    // Packages bring some of them back.
    const text = `Python no longer has '${name}'`;
    return { code, severity: "warning", message: withRemedy(text, REMOVED_MODULES.get(name)) };
  }
  const imagined = IMAGINED_MODULES.get(name);
  if (imagined !== undefined) return { code, message: withRemedy(`There is no module '${name}'`, imagined) };
  return packageProblem(module, context);
}

/** A file that stands alone is no package: docs/reference/processing-engine.md, "Entry points". */
function relativeProblem(
  document: PluginDocument,
  module: string,
  context: AnalysisContext,
): Problem | undefined {
  if (context.isInPackage || isPackageRoot(document) || document.entryPoints.length === 0) return undefined;
  return {
    code: "unresolved-import",
    message: `A plugin of one file cannot import '${module}': make it a directory with an __init__.py.`,
  };
}

function packageProblem(module: string, { settings }: AnalysisContext): Problem | undefined {
  const parts = module.split(".");
  const known = KNOWN_PACKAGES.get(parts[0]!) ?? KNOWN_PACKAGES.get(parts.slice(0, 2).join("."));
  if (known === undefined) return undefined;
  const install = `influxdb3 install package ${known.package}`;
  if (known.isNative) {
    const message = `${known.package} is machine code, which Millrace's sandbox cannot load. Where plugins run outside of one: ${install}`;
    return { code: "missing-package", severity: "information", message };
  }
  // In an environment that the user has named, the type checker sees what is installed.
  if (settings.pythonPath !== undefined) return undefined;
  return {
    code: "missing-package",
    severity: known.hasTypes ? "hint" : "information",
    message: `${known.package} must be installed where plugins run: ${install}`,
  };
}

function withRemedy(text: string, remedy: string | undefined): string {
  return remedy === undefined ? `${text}.` : `${text}: ${remedy}.`;
}

/** In `try:` or below a condition such as `if TYPE_CHECKING:`. */
function isConditional({ isGuarded, place }: ImportStatement): boolean {
  if (isGuarded) return true;
  for (let block: Block | undefined = place.block; block !== undefined; block = block.parent) {
    if (block.owner === "IfStatement" || block.owner === "TryStatement") return true;
  }
  return false;
}

function fixesFor(document: PluginDocument, statement: ImportStatement, code: string): Fix[] {
  const lineStart = document.text.lastIndexOf("\n", statement.from - 1) + 1;
  const indent = document.text.slice(lineStart, statement.from);
  const isAlone = document.imports.filter((it) => it.from === statement.from).length === 1;
  if (!isAlone || indent.trim() !== "" || code === "unresolved-import") return [];
  if (IMAGINED_MODULES.has(statement.module)) return removal(document, statement, lineStart);
  const names = statement.names?.map((it) => it.boundName) ?? [statement.boundName ?? ""];
  if (names.includes("*") || names.includes("")) return [];
  const source = document.textOf(statement).replaceAll("\n", `\n    `);
  const end = document.text.includes("\r\n") ? "\r\n" : "\n";
  const lines = ["try:", `    ${source}`, "except ImportError:", `    ${names.join(" = ")} = None`];
  const change = { from: statement.from, to: statement.to, text: lines.join(end + indent) };
  return [{ title: "Do without it where it is not there", changes: [change] }];
}

function removal(document: PluginDocument, { to, names }: ImportStatement, lineStart: number): Fix[] {
  const isOnlyBuilder = names?.every((it) => it.boundName === "LineBuilder") ?? false;
  const rest = /^[ \t]*(?:\r\n|\n|$)/.exec(document.text.slice(to));
  if (!isOnlyBuilder || rest === null) return [];
  const change = { from: lineStart, to: to + rest[0].length, text: "" };
  return [{ title: "Remove the import", changes: [change], isPreferred: true }];
}
