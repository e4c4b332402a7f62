import path from "node:path";
import { pathToFileURL } from "node:url";
import { CreateFile, MessageType, TextDocumentEdit, type WorkspaceEdit } from "vscode-languageserver";
import type { CommandSource, Session } from "../analysis/index.ts";
import { stubFiles } from "../api-table/index.ts";

/** Where Pyright and Pylance look for stubs when nothing else is set. */
const FOLDER = "typings";

/** Makes other Python tools understand plugins: writes the stubs of the plugin API into the workspace. */
export const typingsCommands: CommandSource = {
  name: "typings",
  start: (session) => ({
    commands: { "millrace.writeTypings": () => writeTypings(session) },
    requests: {},
    dispose: async () => {},
  }),
};

async function writeTypings(session: Session): Promise<boolean> {
  const folder = session.workspaceFolders()[0];
  if (folder === undefined) {
    session.showMessage(
      MessageType.Warning,
      "Open a folder first: the types of plugins are written into it.",
    );
    return false;
  }
  const isDone = await session.applyEdit("Write the types of plugins", creation(path.join(folder, FOLDER)));
  if (!isDone) {
    session.showMessage(MessageType.Error, `The editor did not write the types of plugins to ${FOLDER}/.`);
  }
  return isDone;
}

function creation(directory: string): WorkspaceEdit {
  const start = { line: 0, character: 0 };
  const documentChanges = [...stubFiles()].flatMap(([file, newText]) => {
    const uri = pathToFileURL(path.join(directory, file)).href;
    const edits = [{ range: { start, end: start }, newText }];
    return [
      CreateFile.create(uri, { overwrite: true }),
      TextDocumentEdit.create({ uri, version: null }, edits),
    ];
  });
  return { documentChanges };
}
