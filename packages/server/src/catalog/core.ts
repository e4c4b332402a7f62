import { type Clock, type Limits, type RandomBytes, ServerError } from "../foundation/index.ts";
import { INTERNAL_DATABASE } from "./names.ts";
import type { CatalogOperation } from "./operations.ts";
import type { DatabaseRecord } from "./records.ts";
import type { CatalogState } from "./state.ts";

/** What the command classes see of the catalog. */
export interface CatalogCore {
  readonly clock: Clock;
  readonly random: RandomBytes;
  readonly limits: Limits;
  readonly hardDeleteDefaultMs: number;
  readonly state: CatalogState;
  /** Waits for its turn, then commits what `build` makes of the state it finds; throws what `build` throws. */
  commit(build: (state: CatalogState) => readonly CatalogOperation[]): Promise<void>;
}

/** The live database of this name, for commands that need one. */
export function liveDatabase(state: CatalogState, name: string, missing: ServerError): DatabaseRecord {
  const id = state.databaseIds.get(name);
  const database = id === undefined ? undefined : state.databases.get(id);
  if (database === undefined) throw missing;
  if (database.deleted) throw new ServerError("already_deleted", { name });
  if (name === INTERNAL_DATABASE) throw new ServerError("internal_database_modify");
  return database;
}
