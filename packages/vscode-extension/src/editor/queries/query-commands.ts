import * as vscode from "vscode";
import type { SavedConnection } from "../../connections/index.ts";
import type { ExplorerNode } from "../../explorer/index.ts";
import { readResult } from "../../results/index.ts";
import { failureText, quotedName } from "../../server/index.ts";
import type { Connections } from "../connections/index.ts";
import { showResult } from "./result-panel.ts";

type TableNode = ExplorerNode & { readonly kind: "table" };

interface Query {
  readonly connection: SavedConnection;
  readonly database: string;
  readonly sql: string;
  readonly title: string;
}

const TABLE_ROWS = 100;

/** Looks into databases: a table of the tree, or SQL that is selected or typed. */
export function queryCommands(
  connections: Connections,
): Readonly<Record<string, (node?: TableNode) => Promise<void>>> {
  return {
    "millrace.queryTable": async (node) => {
      if (node === undefined) return;
      const { connection, database, table } = node;
      const sql = `SELECT * FROM ${quotedName(table.name)} ORDER BY time DESC LIMIT ${TABLE_ROWS}`;
      await perform(connections, { connection, database, sql, title: table.name });
    },
    "millrace.runQuery": () => runQuery(connections),
  };
}

async function runQuery(connections: Connections): Promise<void> {
  const { active: connection } = connections.book;
  if (connection?.database === undefined) {
    await offerToChoose(connection);
    return;
  }
  const { database, name } = connection;
  const sql = selectedText() ?? (await askSql(`Query '${database}' on ${name}`));
  if (sql === undefined || sql.trim() === "") return;
  await perform(connections, { connection, database, sql, title: "Query" });
}

async function offerToChoose(connection: SavedConnection | undefined): Promise<void> {
  const [text, action, command] =
    connection === undefined
      ? ["There is no server to query yet.", "Choose a Server", "millrace.switchConnection"]
      : [`No database of ${connection.name} is chosen.`, "Choose a Database", "millrace.selectDatabase"];
  const answer = await vscode.window.showInformationMessage(text, action);
  if (answer !== undefined) await vscode.commands.executeCommand(command);
}

function selectedText(): string | undefined {
  const editor = vscode.window.activeTextEditor;
  if (editor === undefined || editor.selection.isEmpty) return undefined;
  return editor.document.getText(editor.selection);
}

async function askSql(title: string): Promise<string | undefined> {
  return vscode.window.showInputBox({
    title,
    prompt: "SQL; what is selected in an editor is taken without asking",
    placeHolder: "SELECT * FROM home ORDER BY time DESC LIMIT 20",
    ignoreFocusOut: true,
  });
}

async function perform(connections: Connections, { connection, database, sql, title }: Query): Promise<void> {
  const rowsMax = vscode.workspace.getConfiguration("millrace").get<number>("results.maxRows", 1000);
  const location = vscode.ProgressLocation.Window;
  await vscode.window.withProgress({ location, title: `Querying ${database}` }, async () => {
    try {
      const server = await connections.server(connection);
      const table = readResult(await server.query(database, sql), rowsMax);
      showResult(table, title, `${sql.trim()}\n${database} on ${connection.name}`);
    } catch (error) {
      void vscode.window.showErrorMessage(failureText(error, connection.host));
    }
  });
}
