import * as vscode from "vscode";
import { hostProblem, nameFor, type SavedConnection, tokenProblem } from "../../connections/index.ts";
import { failureText } from "../../server/index.ts";
import type { Connections } from "./connections.ts";

const DEFAULT_HOST = "http://127.0.0.1:8181";

interface OnServer {
  readonly connection: SavedConnection;
}

type Command = (node?: OnServer) => Promise<void>;

/** What people do with servers: from the palette, or from a line of the tree. */
export function connectionCommands(connections: Connections): Readonly<Record<string, Command>> {
  return {
    "millrace.addConnection": () => add(connections),
    "millrace.switchConnection": async (node) => {
      const chosen = node?.connection ?? (await choose(connections, "Server to work with", true));
      if (chosen === "add") await add(connections);
      else if (chosen !== undefined) await connections.book.use(chosen.id);
    },
    "millrace.testConnection": onChosen(connections, "Server to test", test),
    "millrace.setToken": onChosen(connections, "Server whose token to set", setToken),
    "millrace.selectDatabase": onChosen(connections, "Server whose database to choose", selectDatabase),
    "millrace.removeConnection": onChosen(connections, "Server to remove", remove),
  };
}

function onChosen(
  connections: Connections,
  title: string,
  act: (connections: Connections, connection: SavedConnection) => Promise<void>,
): Command {
  return async (node) => {
    const { active, all } = connections.book;
    const only = all.length === 1 ? all[0] : undefined;
    const chosen = node?.connection ?? only ?? (await choose(connections, title, false)) ?? undefined;
    if (chosen === undefined || chosen === "add") return;
    await act(connections, chosen.id === active?.id ? active : chosen);
  };
}

async function choose(
  { book }: Connections,
  title: string,
  canAdd: boolean,
): Promise<SavedConnection | "add" | undefined> {
  if (book.all.length === 0) return canAdd ? "add" : undefined;
  const items = book.all.map((connection) => ({
    label: connection.name,
    description: connection.id === book.active?.id ? `${connection.host} · in use` : connection.host,
    chosen: connection as SavedConnection | "add",
  }));
  if (canAdd) items.push({ label: "$(add) Add a server…", description: "", chosen: "add" });
  return (await vscode.window.showQuickPick(items, { title }))?.chosen;
}

async function add(connections: Connections): Promise<void> {
  const title = "Add a server";
  const host = await vscode.window.showInputBox({
    title: `${title} (1 of 3)`,
    prompt: "Address of an InfluxDB 3 or Millrace server",
    value: DEFAULT_HOST,
    ignoreFocusOut: true,
    validateInput: hostProblem,
  });
  if (host === undefined) return;
  const token = await askToken(`${title} (2 of 3)`);
  if (token === undefined) return;
  const name = await vscode.window.showInputBox({
    title: `${title} (3 of 3)`,
    prompt: "How you call it",
    value: nameFor(host),
    ignoreFocusOut: true,
    validateInput: (text) => (text.trim() === "" ? "Give it a name." : undefined),
  });
  if (name === undefined) return;
  const added = await connections.book.add({ name: name.trim(), host: host.trim() }, token.trim());
  await selectDatabase(connections, added);
}

async function askToken(title: string): Promise<string | undefined> {
  return vscode.window.showInputBox({
    title,
    prompt: "Token; empty for a server without authentication. It is kept in the system's store of secrets.",
    password: true,
    ignoreFocusOut: true,
    validateInput: (text) => tokenProblem(text.trim()),
  });
}

async function setToken({ book }: Connections, { id, name }: SavedConnection): Promise<void> {
  const token = await askToken(`Token of ${name}`);
  if (token !== undefined) await book.setToken(id, token.trim());
}

async function selectDatabase(connections: Connections, connection: SavedConnection): Promise<void> {
  const { id, name, host } = connection;
  try {
    const server = await connections.server(connection);
    const databases = (await server.databases()).filter((it) => it !== "_internal");
    const title = `Database of ${name} that plugins are written for`;
    const chosen =
      databases.length === 0
        ? await vscode.window.showInputBox({
            title,
            prompt: "The server has no database yet",
            ignoreFocusOut: true,
          })
        : await vscode.window.showQuickPick(databases, { title, ignoreFocusOut: true });
    if (chosen !== undefined && chosen !== "") await connections.book.setDatabase(id, chosen);
  } catch (error) {
    void vscode.window.showWarningMessage(failureText(error, host));
  }
}

async function test(connections: Connections, connection: SavedConnection): Promise<void> {
  const { name, host } = connection;
  try {
    const server = await connections.server(connection);
    const [version, databases] = await Promise.all([server.version(), server.databases()]);
    const found = databases.length === 1 ? "1 database" : `${databases.length} databases`;
    void vscode.window.showInformationMessage(`${name} answers: version ${version}, ${found}.`);
  } catch (error) {
    void vscode.window.showErrorMessage(failureText(error, host));
  }
}

async function remove({ book }: Connections, { id, name }: SavedConnection): Promise<void> {
  const answer = await vscode.window.showWarningMessage(
    `Remove the server '${name}' from the list?`,
    { modal: true, detail: "Its token is forgotten. Nothing on the server changes." },
    "Remove",
  );
  if (answer === "Remove") await book.remove(id);
}
