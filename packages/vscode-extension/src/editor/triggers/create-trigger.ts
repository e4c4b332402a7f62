import type { LensArguments } from "@millrace/language-server";
import * as vscode from "vscode";
import type { SavedConnection } from "../../connections/index.ts";
import { failureText, type Server } from "../../server/index.ts";
import { type TriggerKind, triggerBody } from "../../triggers/index.ts";
import type { Connections } from "../connections/index.ts";
import type { LanguageServer } from "../language-server/index.ts";
import { chooseEntryPoint } from "./choose-entry-point.ts";
import { type OpenPlugin, offerUpload, openPlugin } from "./open-plugin.ts";
import { askArguments, askErrorBehavior, askName, askSpecification } from "./questions.ts";

export interface CreateTriggerOptions {
  readonly connections: Connections;
  readonly languageServer: LanguageServer;
  readonly onCreated: () => void;
}

/** Asks for a trigger of a plugin in a few steps, and creates it on the server in use. */
export async function createTrigger(
  { connections, languageServer, onCreated }: CreateTriggerOptions,
  lens: LensArguments | undefined,
): Promise<void> {
  const target = lens ?? (await chooseEntryPoint(languageServer));
  if (target === undefined) return;
  const connection = await usableConnection(connections);
  if (connection === undefined) return;
  const { database, host, name: serverName } = connection;
  try {
    const server = await connections.server(connection);
    const plugin = await openPlugin(target.uri);
    const name = await ask(server, plugin, target.kind, database);
    if (name === undefined) return;
    onCreated();
    void vscode.window.showInformationMessage(
      `Created the trigger '${name}' in '${database}' on ${serverName}.`,
    );
  } catch (error) {
    void vscode.window.showErrorMessage(`The trigger was not created: ${failureText(error, host)}`);
  }
}

/** The name of the new trigger; undefined when somebody changed their mind. */
async function ask(
  server: Server,
  plugin: OpenPlugin,
  kind: TriggerKind,
  database: string,
): Promise<string | undefined> {
  const [tables, triggers] = await Promise.all([server.tables(database), server.triggers(database)]);
  const names = tables.map((table) => table.name);
  const specification = await askSpecification(kind, names, plugin.name);
  if (specification === undefined) return undefined;
  const args = await askArguments(plugin.source, kind);
  if (args === undefined) return undefined;
  const taken = triggers.map((trigger) => trigger.name);
  const name = await askName(plugin.name, taken);
  if (name === undefined) return undefined;
  const errorBehavior = await askErrorBehavior();
  if (errorBehavior === undefined) return undefined;
  if (!(await offerUpload(server, plugin, database))) return undefined;
  const draft = { database, plugin: plugin.name, name, specification, args, errorBehavior };
  await server.createTrigger(triggerBody(draft));
  return name;
}

async function usableConnection(
  connections: Connections,
): Promise<(SavedConnection & { readonly database: string }) | undefined> {
  if (connections.book.active === undefined)
    await vscode.commands.executeCommand("millrace.switchConnection");
  if (connections.book.active === undefined) return undefined;
  if (connections.book.active.database === undefined) {
    await vscode.commands.executeCommand("millrace.selectDatabase", { connection: connections.book.active });
  }
  const { active } = connections.book;
  return active?.database === undefined ? undefined : { ...active, database: active.database };
}
