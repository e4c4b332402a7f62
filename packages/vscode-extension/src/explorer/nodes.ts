import type { SavedConnection } from "../connections/index.ts";
import type { Plugin, Table, TableColumn, Trigger } from "../server/index.ts";

interface OnServer {
  readonly connection: SavedConnection;
}

interface InDatabase extends OnServer {
  readonly database: string;
}

/** A line of the tree of servers. */
export type ExplorerNode =
  | ({ readonly kind: "server"; readonly isActive: boolean } & OnServer)
  | ({ readonly kind: "database" } & InDatabase)
  | ({ readonly kind: "tables"; readonly tables: readonly Table[] } & InDatabase)
  | ({ readonly kind: "table"; readonly table: Table } & InDatabase)
  | ({ readonly kind: "column"; readonly column: TableColumn; readonly table: string } & InDatabase)
  | ({ readonly kind: "triggers"; readonly triggers: readonly Trigger[] } & InDatabase)
  | ({ readonly kind: "trigger"; readonly trigger: Trigger; readonly canRun: boolean } & InDatabase)
  | ({ readonly kind: "plugins"; readonly plugins: readonly Plugin[] } & OnServer)
  | ({ readonly kind: "plugin"; readonly plugin: Plugin } & OnServer)
  | ({ readonly kind: "problem"; readonly message: string } & OnServer);
