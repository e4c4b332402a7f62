import type { SavedConnection } from "../connections/index.ts";
import { failureText, type Server } from "../server/index.ts";
import type { ExplorerNode } from "./nodes.ts";

export type ServerFor = (connection: SavedConnection) => Promise<Server>;

/** Databases that no user made. */
const INTERNAL = "_internal";

/** What lies below a line of the tree. It never rejects: a line says what went wrong. */
export async function childrenOf(node: ExplorerNode, serverFor: ServerFor): Promise<ExplorerNode[]> {
  const { connection } = node;
  try {
    return await load(node, await serverFor(connection));
  } catch (error) {
    return [{ kind: "problem", connection, message: failureText(error, connection.host) }];
  }
}

async function load(node: ExplorerNode, server: Server): Promise<ExplorerNode[]> {
  const { connection } = node;
  switch (node.kind) {
    case "server": {
      const [databases, plugins] = await Promise.all([server.databases(), server.plugins()]);
      const shown = databases.filter((database) => database !== INTERNAL);
      return [
        ...shown.map((database) => ({ kind: "database", connection, database }) as const),
        ...(plugins === undefined ? [] : [{ kind: "plugins", connection, plugins } as const]),
      ];
    }
    case "database": {
      const { database } = node;
      const [tables, triggers] = await Promise.all([server.tables(database), server.triggers(database)]);
      return [
        { kind: "tables", connection, database, tables },
        { kind: "triggers", connection, database, triggers },
      ];
    }
    case "tables":
      return node.tables.map((table) => ({ ...node, kind: "table", table }));
    case "table":
      return node.table.columns.map((column) => ({
        kind: "column",
        connection,
        database: node.database,
        table: node.table.name,
        column,
      }));
    case "triggers": {
      const canRun = node.triggers.length > 0 && (await server.isMillrace());
      return node.triggers.map((trigger) => ({
        kind: "trigger",
        connection,
        database: node.database,
        trigger,
        canRun,
      }));
    }
    case "plugins":
      return node.plugins.map((plugin) => ({ kind: "plugin", connection, plugin }));
    default:
      return [];
  }
}
