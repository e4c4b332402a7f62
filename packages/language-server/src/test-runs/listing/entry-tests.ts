import path from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { ENTRY_POINTS, METADATA_KINDS, type MetadataKind } from "@millrace/api";
import type { Session } from "../../analysis/index.ts";
import type { PluginDocument } from "../../plugin-document/index.ts";
import type { TestItem, TriggerKind } from "../../protocol/index.ts";
import type { Span } from "../../text/index.ts";
import { locatePlugin, type PluginLocation } from "../plugin-texts/index.ts";
import { entryPointId } from "./test-ids.ts";

const TRIGGERS: Readonly<Record<MetadataKind, TriggerKind>> = {
  onwrite: "writes",
  scheduled: "schedule",
  http: "request",
};

/** What calls an entry point; undefined when there is none of that name. */
export function triggerOf(entryPoint: string): TriggerKind | undefined {
  const kind = METADATA_KINDS.find((it) => ENTRY_POINTS[it] === entryPoint);
  return kind === undefined ? undefined : TRIGGERS[kind];
}

/** The entry points of a Python file that triggers would call. */
export async function entryTests(session: Session, document: PluginDocument): Promise<TestItem[]> {
  const plugin = await locatePlugin(document.uri);
  const own = document.entryPoints.map(({ name, function: { nameSpan } }) => ({ name, span: nameSpan }));
  const all = plugin.package === undefined ? own : await ofPackage(session, document, plugin, own);
  return all.flatMap(({ name, span }) => itemFor(document, plugin, name, span) ?? []);
}

interface Named {
  readonly name: string;
  readonly span: Span;
}

/** Triggers call what `__init__.py` has: what it defines, and what it imports from the module that defines it. */
async function ofPackage(
  session: Session,
  document: PluginDocument,
  plugin: PluginLocation,
  own: readonly Named[],
): Promise<readonly Named[]> {
  if (!isSameFile(document.uri, plugin.uri)) {
    const init = await session.document(plugin.uri);
    const module = stemOf(fileURLToPath(document.uri));
    return own.filter(({ name }) => init !== undefined && importsFrom(init, module, name));
  }
  const imported = importedEntryPoints(document).filter(({ name }) => !own.some((it) => it.name === name));
  const definedElsewhere = await Promise.all(
    imported.map(({ name, module }) => definesEntryPoint(session, plugin, module, name)),
  );
  return [...own, ...imported.filter((_, i) => !definedElsewhere[i])];
}

function importedEntryPoints(init: PluginDocument): (Named & { readonly module: string })[] {
  return init.imports.flatMap(({ module, names }) =>
    (names ?? []).flatMap(({ boundName, from, to }) =>
      triggerOf(boundName) === undefined ? [] : [{ name: boundName, span: { from, to }, module }],
    ),
  );
}

function importsFrom(init: PluginDocument, module: string, name: string): boolean {
  return init.imports.some(
    (it) => lastPart(it.module) === module && (it.names?.some((one) => one.name === name) ?? false),
  );
}

async function definesEntryPoint(
  session: Session,
  { package: found }: PluginLocation,
  module: string,
  name: string,
): Promise<boolean> {
  const file = found?.modules.find((it) => stemOf(it) === lastPart(module));
  if (file === undefined) return false;
  const document = await session.document(pathToFileURL(file).href);
  return document?.entryPoints.some((it) => it.name === name) ?? false;
}

function itemFor(
  document: PluginDocument,
  plugin: PluginLocation,
  name: string,
  span: Span,
): TestItem | undefined {
  const trigger = triggerOf(name);
  if (trigger === undefined) return undefined;
  return {
    id: entryPointId(document.uri, name),
    kind: "entryPoint",
    label: name,
    trigger,
    uri: document.uri,
    range: document.rangeOf(span),
    plugin: { name: plugin.name, uri: plugin.uri, isPackage: plugin.package !== undefined },
  };
}

function isSameFile(one: string, other: string): boolean {
  return one === other || (one.startsWith("file:") && fileURLToPath(one) === fileURLToPath(other));
}

function stemOf(file: string): string {
  return path.basename(file, ".py");
}

function lastPart(module: string): string {
  return module.split(".").at(-1) ?? "";
}
