import type { ApiCall, Expression, PluginDocument } from "../plugin-document/index.ts";

const API_NAME = "influxdb3_local";

/** Calls on the engine's own object: the plugin has nothing of its own that it calls so, as wrappers and mocks do. */
export function surelyApiCalls(document: PluginDocument): readonly ApiCall[] {
  if (document.apiCalls.length === 0 || hasItsOwn(document)) return [];
  return document.apiCalls.filter(({ place }) => {
    for (let at = place.function; at !== undefined; at = at.parent) {
      if (at.parameters.some((it) => it.name === API_NAME && it.annotation !== undefined)) return false;
    }
    return true;
  });
}

function hasItsOwn(document: PluginDocument): boolean {
  const isOther = ({ target, value }: { target: Expression; value: Expression }) =>
    (target.kind === "member" && target.name === API_NAME && !isName(value)) ||
    (target.kind === "name" && target.name === API_NAME);
  // A field of a class may be declared without a value.
  if (document.assignments.some(isOther) || /^[ \t]*influxdb3_local[ \t]*:/m.test(document.text)) return true;
  return document.functions.some((it) => it.name === API_NAME) || isImported(document);
}

function isName(value: Expression): boolean {
  return value.kind === "name" && value.name === API_NAME;
}

function isImported(document: PluginDocument): boolean {
  return document.imports.some(
    (it) => it.boundName === API_NAME || (it.names?.some(({ boundName }) => boundName === API_NAME) ?? false),
  );
}
