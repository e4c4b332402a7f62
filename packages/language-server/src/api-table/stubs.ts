import { CACHE, INFLUXDB3_LOCAL, LINE_BUILDER } from "./classes.ts";
import type { ApiClass, ApiMember, ApiMethod, ApiParameter } from "./model.ts";
import { NO_ROW_TYPES, queryOverloads, type RowTypes, rowTypesStub } from "./row-types.ts";

export const API_CLASSES: readonly ApiClass[] = [INFLUXDB3_LOCAL, CACHE, LINE_BUILDER];

/** The package that stubs are in. No such package exists in the engine. */
export const PLUGIN_MODULE = "influxdb3_plugin";
/** The name under which annotations that nobody sees find the stubs; people do not use such a name. */
export const API_MODULE = "__influx__";

/** Names that every module has without importing them. */
export const BUILTINS_STUB = [
  `from ${PLUGIN_MODULE}.${API_MODULE} import ${LINE_BUILDER.name} as ${LINE_BUILDER.name}`,
  `from ${PLUGIN_MODULE} import ${API_MODULE} as ${API_MODULE}`,
  "",
].join("\n");

/** The stubs as files, by path: where other tools look for stubs, or where our own does. */
export function stubFiles(): ReadonlyMap<string, string> {
  return new Map([
    ["__builtins__.pyi", BUILTINS_STUB],
    [`${PLUGIN_MODULE}/__init__.pyi`, `from .${API_MODULE} import *\n`],
    [`${PLUGIN_MODULE}/${API_MODULE}.pyi`, apiStub()],
  ]);
}

const IMPORTS = `from collections import OrderedDict
from collections.abc import Iterator, Set
from datetime import datetime as datetime
from typing import Any, Literal, Protocol, SupportsFloat, SupportsIndex, TypeAlias, TypedDict, overload
`;

// `dict | Any` knows a dict's methods, and lets plugins check for None or not.
const ARGUMENT_TYPES = `class SupportsBuild(Protocol):
    """A \`LineBuilder\`, or anything else whose \`build()\` returns line protocol."""
    def build(self) -> str: ...

class TableBatch(TypedDict):
    """What was written to one table."""
    table_name: str
    rows: list[dict[str, Any]]

Args: TypeAlias = dict[str, str] | Any
`;

const RESPONSE_TYPES = `class FlaskResponse(Protocol):
    """What Flask's responses have in common with what the engine looks for."""
    status_code: int
    def __flask_response__(self) -> bool: ...
    def get_data(self) -> str: ...

HttpResponse: TypeAlias = (
    str | dict[Any, Any] | list[Any]
    | tuple[Any] | tuple[Any, int | dict[str, str] | None] | tuple[Any, Any, dict[str, str]]
    | Iterator[str] | Iterator[bytes] | Set[str] | FlaskResponse
)
`;

/** The stub of the module that holds all types of the plugin API, by Python's rules for `.pyi` files. */
export function apiStub(rows: RowTypes = NO_ROW_TYPES): string {
  const doc = '"""Types of what InfluxDB 3 plugins get from the processing engine."""\n';
  const classes = API_CLASSES.map((of) => classStub(of, rows));
  return [doc + IMPORTS, ARGUMENT_TYPES, rowTypesStub(rows), ...classes, RESPONSE_TYPES].join("\n");
}

function classStub(of: ApiClass, rows: RowTypes): string {
  const lines = [`class ${of.name}:`, ...docstring(of.doc, "    ")];
  if (of.constructedWith !== undefined) {
    lines.push(`    def __init__(self, ${of.constructedWith.map(parameterStub).join(", ")}) -> None: ...`);
  }
  for (const member of of.members) {
    const overloads = of === INFLUXDB3_LOCAL && member.name === "query" ? queryOverloads(rows) : [];
    if (member.kind === "property" || overloads.length === 0) lines.push(...memberStub(member));
    else for (const overload of overloads) lines.push("    @overload", ...overloadStub(member, overload));
  }
  return `${lines.join("\n")}\n`;
}

function overloadStub(method: ApiMethod, overload: { returns: string; sqlType: string }): string[] {
  const parameters = method.parameters.map((it) =>
    it.name === "query" ? { ...it, type: overload.sqlType } : it,
  );
  return memberStub({ ...method, parameters, returns: overload.returns });
}

function memberStub(member: ApiMember): string[] {
  if (member.kind === "property") {
    return [`    ${member.name}: ${member.type}`, ...docstring(member.doc, "    ")];
  }
  const parameters = ["self", ...member.parameters.map(parameterStub)].join(", ");
  return [
    `    def ${member.name}(${parameters}) -> ${member.returns}:`,
    ...docstring(methodDoc(member), "        "),
  ];
}

function parameterStub(parameter: ApiParameter): string {
  const value = parameter.default === undefined ? "" : ` = ${parameter.default}`;
  return `${parameter.name}: ${parameter.type}${value}`;
}

/** What hovers show, in Markdown. */
function methodDoc(method: ApiMethod): string {
  const parts = [method.doc];
  if (method.parameters.length > 0) {
    parts.push(method.parameters.map((it) => `- \`${it.name}\`: ${it.doc}`).join("\n"));
  }
  for (const raised of method.raises ?? []) parts.push(`Raises ${raised}`);
  if (method.example !== undefined) parts.push(`\`\`\`python\n${method.example}\n\`\`\``);
  return parts.join("\n\n");
}

function docstring(text: string, indent: string): string[] {
  const lines = text.replaceAll("\\", "\\\\").split("\n");
  if (lines.length === 1) return [`${indent}"""${lines[0]}"""`];
  return [
    `${indent}"""${lines[0]}`,
    ...lines.slice(1).map((it) => (it === "" ? "" : indent + it)),
    `${indent}"""`,
  ];
}
