import { type CancellationToken, type Connection, ResponseError } from "vscode-languageserver";
import type { CommandHandler, CommandSource, Session } from "../analysis/index.ts";

/** JSON-RPC's code for what the other side asked wrongly. */
const INVALID_PARAMS = -32602;

export interface Commands {
  readonly names: readonly string[];
  dispose(): Promise<void>;
}

/** Starts what answers commands and requests of our own. */
export function startCommands(
  connection: Connection,
  sources: readonly CommandSource[],
  session: Session,
): Commands {
  const started = sources.map((source) => source.start(session));
  const handlers = new Map<string, CommandHandler>();
  for (const { commands, requests } of started) {
    for (const [name, handler] of Object.entries(commands)) handlers.set(name, handler);
    for (const [method, handler] of Object.entries(requests)) {
      connection.onRequest(method, (params: unknown, token: CancellationToken) => handler(params, token));
    }
  }
  connection.onExecuteCommand(({ command, arguments: given }, token) => {
    const handler = handlers.get(command);
    if (handler === undefined) throw new ResponseError(INVALID_PARAMS, `There is no command '${command}'.`);
    return handler(given ?? [], token);
  });
  return {
    names: [...handlers.keys()],
    dispose: async () => {
      await Promise.allSettled(started.map((it) => it.dispose()));
    },
  };
}
