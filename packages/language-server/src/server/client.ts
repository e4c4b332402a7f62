import { fileURLToPath } from "node:url";
import type { InitializeParams } from "vscode-languageserver";

/** What the editor said of itself. */
export interface Client {
  /** It asks for findings; others are told. */
  readonly asksForDiagnostics: boolean;
  readonly hasConfiguration: boolean;
  readonly refreshesDiagnostics: boolean;
  readonly refreshesLenses: boolean;
  /** It tells of changed files if asked to. */
  readonly watchesFiles: boolean;
  /** Where the type checker's folder is made. */
  readonly storageDirectory: string | undefined;
  /** Where the page of all checks is. */
  readonly checksPage: string | undefined;
  /** For editors without configuration. */
  readonly settings: unknown;
  readonly folders: readonly string[];
}

export function readClient(params: InitializeParams): Client {
  const { textDocument, workspace } = params.capabilities;
  const options = isRecord(params.initializationOptions) ? params.initializationOptions : {};
  const uris =
    params.workspaceFolders?.map((folder) => folder.uri) ?? (params.rootUri ? [params.rootUri] : []);
  return {
    asksForDiagnostics: textDocument?.diagnostic !== undefined,
    hasConfiguration: workspace?.configuration ?? false,
    refreshesDiagnostics: workspace?.diagnostics?.refreshSupport ?? false,
    refreshesLenses: workspace?.codeLens?.refreshSupport ?? false,
    watchesFiles: workspace?.didChangeWatchedFiles?.dynamicRegistration ?? false,
    storageDirectory: textOf(options["storageDirectory"]),
    checksPage: textOf(options["checksPage"]),
    settings: options["settings"],
    folders: uris.filter((uri) => uri.startsWith("file:")).map((uri) => fileURLToPath(uri)),
  };
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
