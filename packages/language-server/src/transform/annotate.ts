import { API_MODULE, signatureOf } from "../api-table/index.ts";
import type { EntryPoint, PluginDocument, PythonFunction } from "../plugin-document/index.ts";
import { type Insertion, TypedText } from "./typed-text.ts";

const API_PARAMETER = "influxdb3_local";
const API_TYPE = "InfluxDB3Local";

/** Adds the types that plugins leave out: of entry points, and of every parameter that takes the plugin API. */
export function annotate(document: PluginDocument): TypedText {
  const insertions: Insertion[] = [];
  const entryPoints = new Map(document.entryPoints.map((entryPoint) => [entryPoint.function, entryPoint]));
  for (const definition of document.functions) {
    const entryPoint = entryPoints.get(definition);
    insertions.push(...parameterTypes(definition, entryPoint));
    if (entryPoint !== undefined) insertions.push(...returnType(definition, entryPoint));
  }
  return new TypedText(document.text, document.positions, insertions);
}

function parameterTypes(definition: PythonFunction, entryPoint: EntryPoint | undefined): Insertion[] {
  const expected = entryPoint === undefined ? [] : signatureOf(entryPoint.kind).parameters;
  const insertions: Insertion[] = [];
  for (const [i, parameter] of definition.parameters.entries()) {
    if (parameter.kind === "*" || parameter.kind === "**" || parameter.annotation !== undefined) continue;
    const isApi = parameter.name === API_PARAMETER;
    const type =
      (parameter.kind === "positional" ? expected[i]?.type : undefined) ?? (isApi ? API_TYPE : undefined);
    if (type === undefined) continue;
    const { nameSpan } = parameter;
    insertions.push({ offset: nameSpan.to, text: `: ${reference(type)}`, subject: nameSpan });
  }
  return insertions;
}

/** What nobody looks at is not checked: results of generators and coroutines are wrong as a whole. */
function returnType(definition: PythonFunction, entryPoint: EntryPoint): Insertion[] {
  const type = signatureOf(entryPoint.kind).returns;
  const isPlain = !definition.isAsync && !definition.isGenerator && definition.returnAnnotation === undefined;
  if (type === undefined || !isPlain) return [];
  const text = ` -> ${reference(type)}`;
  return [{ offset: definition.parametersSpan.to, text, subject: definition.nameSpan }];
}

/** Quoted: Python's own rules for annotations do not matter then, such as names a plugin has for other things. */
function reference(type: string): string {
  const builtin = /^(?:dict|list|str|bytes)\b/.test(type) && !/[A-Z]/.test(type);
  return builtin ? `"${type}"` : `"${type.replace(/\b(?=[A-Z]|datetime\b)/g, `${API_MODULE}.`)}"`;
}
