import type { MessageType, WorkspaceEdit } from "vscode-languageserver";
import type { PluginDocument } from "../plugin-document/index.ts";
import type { SchemaSnapshot } from "./schema-snapshot.ts";
import type { Settings } from "./settings.ts";

/** What is outside of the process. Given by the program that starts the server. */
export interface Environment {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly workingDirectory: string;
  nowMs(): number;
}

/** The running server, as commands see it. */
export interface Session {
  readonly environment: Environment;
  settings(): Settings;
  /** Folders that the editor has open, as paths. */
  workspaceFolders(): readonly string[];
  /** An open document, or a file as it is on disk; undefined when there is neither. */
  document(uri: string): Promise<PluginDocument | undefined>;
  schema(): SchemaSnapshot | undefined;
  /** Checks all open documents anew. */
  setSchema(schema: SchemaSnapshot | undefined): void;
  /** Sends a notification of our own, `millrace/…`. */
  notify(method: string, params: unknown): void;
  showMessage(type: MessageType, message: string): void;
  applyEdit(label: string, edit: WorkspaceEdit): Promise<boolean>;
}
