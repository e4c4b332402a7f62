import type {
  CodeAction,
  CodeLens,
  CompletionList,
  Connection,
  Hover,
  TextDocumentPositionParams,
} from "vscode-languageserver";
import type { AnalysisContext } from "../analysis/index.ts";
import {
  codeActionSources,
  codeLensSources,
  completionSources,
  hoverSources,
} from "../contributions/index.ts";
import type { PluginDocument } from "../plugin-document/index.ts";
import { concernsPlugin, type PythonFeatures } from "../python-features/index.ts";
import type { Position } from "../text/index.ts";

export interface FeatureOptions {
  readonly python: PythonFeatures;
  /** Undefined for files that are no plugins: about these we have nothing to say. */
  readonly plugin: (uri: string) => Promise<PluginDocument | undefined>;
  readonly context: (document: PluginDocument) => AnalysisContext;
}

interface Place {
  readonly document: PluginDocument;
  readonly position: Position;
  readonly offset: number;
  readonly context: AnalysisContext;
}

/** Answers what editors ask about places in a document. */
export function answerFeatures(connection: Connection, options: FeatureOptions): void {
  const { python, plugin, context } = options;
  const at = async ({ textDocument, position }: TextDocumentPositionParams): Promise<Place | undefined> => {
    const document = await plugin(textDocument.uri);
    if (document === undefined) return undefined;
    return { document, position, offset: document.positions.offsetAt(position), context: context(document) };
  };

  connection.onHover(async (params, token) => {
    const place = await at(params);
    if (place === undefined) return null;
    const own = await firstHover(place.document, place.offset, place.context);
    if (own !== undefined || !asksPython(place)) return own ?? null;
    return (await python.hover(place.document, place.position, token)) ?? null;
  });
  connection.onCompletion(async (params, token) => {
    const place = await at(params);
    if (place === undefined) return null;
    const own = await completions(place.document, place.offset, place.context);
    if (own.isExclusive || !asksPython(place)) return own.list;
    const fromPython = await python.complete(place.document, place.position, token);
    return {
      isIncomplete: fromPython?.isIncomplete ?? false,
      items: [...own.list.items, ...(fromPython?.items ?? [])],
    };
  });
  connection.onCompletionResolve((item, token) => python.resolveCompletion(item, token));
  connection.onSignatureHelp(async (params, token) => {
    const place = await at(params);
    if (place === undefined || !asksPython(place)) return null;
    return (await python.signatureHelp(place.document, place.position, token)) ?? null;
  });
  connection.onDefinition(async (params, token) => {
    const place = await at(params);
    return place === undefined ? null : python.definition(place.document, place.position, token);
  });
  connection.onPrepareRename(async (params, token) => {
    const place = await at(params);
    return place === undefined ? null : python.prepareRename(place.document, place.position, token);
  });
  connection.onRenameRequest(async (params, token) => {
    const place = await at(params);
    return place === undefined ? null : python.rename(place.document, place.position, params.newName, token);
  });
  answerSources(connection, options);
}

/** Where other tools check Python, they say what does not depend on plugins. */
function asksPython({ document, offset, context }: Place): boolean {
  return context.settings.diagnostics !== "plugin" || concernsPlugin(document, offset);
}

function answerSources(connection: Connection, { plugin, context }: FeatureOptions): void {
  connection.onCodeAction(async ({ textDocument, range, context: { diagnostics } }) => {
    const document = await plugin(textDocument.uri);
    if (document === undefined) return null;
    const request = { span: document.positions.spanOf(range), diagnostics };
    const found: CodeAction[] = [];
    for (const source of codeActionSources)
      found.push(...(await source.actions(document, request, context(document))));
    return found;
  });
  connection.onCodeLens(async ({ textDocument }) => {
    const document = await plugin(textDocument.uri);
    if (document === undefined) return null;
    const found: CodeLens[] = [];
    for (const source of codeLensSources) found.push(...(await source.lenses(document, context(document))));
    return found;
  });
}

async function firstHover(
  document: PluginDocument,
  offset: number,
  context: AnalysisContext,
): Promise<Hover | undefined> {
  for (const source of hoverSources) {
    const hover = await source.hover(document, offset, context);
    if (hover !== undefined) return hover;
  }
  return undefined;
}

async function completions(
  document: PluginDocument,
  offset: number,
  context: AnalysisContext,
): Promise<{ list: CompletionList; isExclusive: boolean }> {
  const list: CompletionList = { isIncomplete: false, items: [] };
  for (const source of completionSources) {
    const answer = await source.complete(document, offset, context);
    if (answer === undefined) continue;
    list.items.push(...answer.items);
    if (answer.isExclusive) return { list, isExclusive: true };
  }
  return { list, isExclusive: false };
}
