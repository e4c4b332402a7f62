/** One call of an interpreter on the network. Sockets are numbers that the host gave out. */
export type NetworkCall =
  | { readonly op: "resolve"; readonly host: string; readonly port: number }
  | {
      readonly op: "connect";
      readonly host: string;
      readonly port: number;
      /** Null: as long as the run may take. */
      readonly timeoutMs: number | null;
    }
  | {
      readonly op: "start-tls";
      readonly socket: number;
      readonly serverName: string;
      readonly verify: boolean;
      /** PEM certificates to trust beside the usual ones. */
      readonly extraCa: string | null;
      readonly timeoutMs: number | null;
    }
  | {
      readonly op: "send";
      readonly socket: number;
      readonly bytes: Uint8Array;
      readonly timeoutMs: number | null;
    }
  | {
      readonly op: "receive";
      readonly socket: number;
      readonly maxBytes: number;
      /** 0: only what is there already. */
      readonly timeoutMs: number | null;
    }
  | { readonly op: "shutdown"; readonly socket: number }
  | { readonly op: "close"; readonly socket: number };

/** The Python exception that a failed call becomes. */
export type NetworkErrorKind =
  | "refused-by-policy" // PermissionError
  | "timeout" // TimeoutError
  | "name" // socket.gaierror
  | "tls" // ssl.SSLError
  | "tls-certificate" // ssl.SSLCertVerificationError
  | "connection-refused"
  | "connection-reset"
  | "would-block" // BlockingIOError
  | "too-many"
  | "other"; // OSError

export type NetworkReply =
  | {
      readonly ok: true;
      /** A new socket, the bytes received (empty: the peer closed), or the addresses of a name. */
      readonly value: number | Uint8Array | readonly string[] | null;
      readonly localAddress?: readonly [host: string, port: number];
      readonly remoteAddress?: readonly [host: string, port: number];
    }
  | { readonly ok: false; readonly kind: NetworkErrorKind; readonly message: string };
