import type { ServerConfig } from "@millrace/server/config";

export interface RunningServer {
  address: string;
  /** Stops accepting, makes everything durable and ends; the reason goes to the log. */
  close(reason?: string): Promise<void>;
  /** Settles when the server has ended, and fails when it ended because of an error. */
  closed: Promise<void>;
}

export interface ServerModule {
  startServer(config: ServerConfig): Promise<RunningServer>;
}

/** The database is loaded only when it is to run: its parts are far bigger than all of the command line. */
export type LoadServer = () => Promise<ServerModule>;

export const loadServerPackage: LoadServer = async () =>
  (await import("@millrace/server")) as unknown as ServerModule;
