/** What the language server tells of its connection: docs/reference/language-server-protocol.md. */
export interface ConnectionStatus {
  readonly state: "none" | "connecting" | "connected" | "failed";
  readonly host?: string;
  readonly database?: string;
  readonly tables?: number;
  readonly message?: string;
}

export interface StatusText {
  readonly text: string;
  readonly tooltip: string;
  readonly isProblem: boolean;
}

/** The entry of the status bar. `name` is what the user calls the server. */
export function describeStatus(status: ConnectionStatus, name: string | undefined): StatusText {
  const { state, host, database, tables, message } = status;
  const server = [name ?? host ?? "server", ...(database === undefined ? [] : [database])].join(" / ");
  switch (state) {
    case "none":
      return {
        text: "$(plug) Millrace",
        tooltip: "No connection to a server: plugins are tested here. Click to connect.",
        isProblem: false,
      };
    case "connecting":
      return { text: `$(sync~spin) ${server}`, tooltip: `Connecting to ${host}`, isProblem: false };
    case "connected": {
      const known = tables === undefined ? "" : `, ${tables} ${tables === 1 ? "table" : "tables"}`;
      return { text: `$(database) ${server}`, tooltip: `Connected to ${host}${known}`, isProblem: false };
    }
    case "failed":
      return { text: `$(warning) ${server}`, tooltip: message ?? `${host} does not answer`, isProblem: true };
  }
}
