/** One call of an interpreter on the network. Sockets are numbers that the host gave out. No call waits longer than `timeoutMs`. */
export type NetworkCall =
  /** Port 0: the name alone, for any port. */
  | { readonly op: "resolve"; readonly host: string; readonly port: number; readonly timeoutMs: number }
  | {
      readonly op: "connect";
      readonly host: string;
      readonly port: number;
      readonly timeoutMs: number;
    }
  | {
      readonly op: "start-tls";
      readonly socket: number;
      readonly tls: TlsSettings;
      readonly timeoutMs: number;
    }
  | {
      readonly op: "send";
      readonly socket: number;
      readonly bytes: Uint8Array;
      readonly timeoutMs: number;
    }
  | {
      readonly op: "receive";
      readonly socket: number;
      readonly maxBytes: number;
      /** 0: only what is there already. */
      readonly timeoutMs: number;
    }
  /** Waits until one of them has bytes or its peer closed, and gives those that do. */
  | { readonly op: "wait"; readonly sockets: readonly number[]; readonly timeoutMs: number }
  | { readonly op: "shutdown"; readonly socket: number }
  | { readonly op: "close"; readonly socket: number };

export interface TlsSettings {
  /** Sent to the server, and what its certificate must name. */
  readonly serverName: string | null;
  /** Whether the certificate must lead to a trusted one, and whether it must name the server. */
  readonly verify: boolean;
  readonly checkName: boolean;
  /** PEM certificates to trust. */
  readonly trusted: string;
  /** Whether those that the host trusts are trusted too. */
  readonly trustUsual: boolean;
  /** PEM certificate and key that the plugin shows the server. */
  readonly certificate: string | null;
  readonly key: string | null;
  readonly applicationProtocols: readonly string[];
  /** Versions as TLS numbers them: 0x0303 is 1.2, 0x0304 is 1.3. Null: the host's own bounds. */
  readonly minVersion: number | null;
  readonly maxVersion: number | null;
}

/** What became of a TLS handshake. */
export interface TlsSession {
  readonly version: string;
  readonly cipher: string;
  readonly applicationProtocol: string | null;
  /** The server's certificate in base64; null when it showed none. */
  readonly certificate: string | null;
  readonly subject: readonly (readonly [name: string, value: string])[];
  readonly issuer: readonly (readonly [name: string, value: string])[];
  readonly alternativeNames: readonly (readonly [kind: string, value: string])[];
  readonly serialNumber: string;
  readonly validFrom: string;
  readonly validTo: string;
}

/** The Python exception that a failed call becomes. */
export type NetworkErrorKind =
  | "refused-by-policy" // PermissionError
  | "timeout" // TimeoutError
  | "name" // socket.gaierror
  | "tls" // ssl.SSLError
  | "tls-certificate" // ssl.SSLCertVerificationError
  | "would-block" // BlockingIOError
  | "too-many"
  | "system"; // OSError, of the class that its code says

export type NetworkReply =
  | {
      readonly ok: true;
      /** A new socket, the bytes received (empty: the peer closed), the addresses of a name, or the sockets that are ready. */
      readonly value: number | Uint8Array | readonly string[] | readonly number[] | null;
      readonly localAddress?: readonly [host: string, port: number];
      readonly remoteAddress?: readonly [host: string, port: number];
      /** The name that led to the address of a connection. */
      readonly name?: string;
      readonly tls?: TlsSession;
    }
  | {
      readonly ok: false;
      readonly kind: NetworkErrorKind;
      readonly message: string;
      /** For "system": the name of the error number, such as ECONNREFUSED. */
      readonly code?: string;
    };
