import { ErrorCodes, ResponseError } from "vscode-languageserver";
import type { CommandSource, Session } from "../analysis/index.ts";
import {
  type Connection,
  ConnectionProblem,
  connectionFromEnvironment,
  readConnection,
} from "./connection.ts";
import { type ConnectionStatus, Connections } from "./connections.ts";

const bySession = new WeakMap<Session, Connections>();

/** The connection of a session: the same object for everyone who asks. */
export function connectionsOf(session: Session): Connections {
  let connections = bySession.get(session);
  if (connections === undefined) {
    connections = new Connections(session);
    bySession.set(session, connections);
  }
  return connections;
}

/** Lets editors choose the server. Until they do, the environment's is used, as the CLI does it. */
export const connectionCommands: CommandSource = {
  name: "connection",
  start: (session) => {
    const connections = connectionsOf(session);
    const set = (params: unknown): Promise<ConnectionStatus> =>
      connections.set(usable(() => readConnection(params)));
    const refresh = () => connections.refreshSchema();
    const initial = fromEnvironment(session);
    if (initial !== undefined) void connections.set(initial);
    return {
      commands: {
        "millrace.setConnection": (given) => set(Array.isArray(given) ? given[0] : given),
        "millrace.refreshSchema": refresh,
      },
      requests: {
        "millrace/setConnection": set,
        "millrace/connection": () => connections.status,
        "millrace/refreshSchema": refresh,
      },
      dispose: async () => connections.dispose(),
    };
  },
};

function fromEnvironment(session: Session): Connection | undefined {
  try {
    return connectionFromEnvironment(session.environment.env);
  } catch (error) {
    session.notify("window/logMessage", { type: 2, message: `Millrace: ${(error as Error).message}` });
    return undefined;
  }
}

function usable<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof ConnectionProblem) throw new ResponseError(ErrorCodes.InvalidParams, error.message);
    throw error;
  }
}
