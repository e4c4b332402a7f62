export type { ConnectionState, ConnectionStatus } from "../connection/index.ts";

/** Parameters of `millrace/setConnection`; null ends the connection. */
export interface SetConnectionParams {
  readonly host?: string;
  readonly token?: string;
  readonly database?: string;
  /** PEM text of an authority to trust besides the system's. */
  readonly caCertificate?: string;
  readonly acceptAnyCertificate?: boolean;
  readonly schemaRefreshSeconds?: number;
}
