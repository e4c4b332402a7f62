/** What the sockets of one interpreter may hold of the host. */
export interface SocketLimits {
  readonly openSockets: number;
  /** Bytes that one socket may hold for its plugin before it makes the peer wait, and those that wait to be sent. */
  readonly pendingBytes: number;
  /** How long a connection may take to be made when the plugin itself names no limit. */
  readonly connectTimeoutMs: number;
  /** Names whose addresses are remembered, so that a connection to the address is known to be one to the name. */
  readonly knownNames: number;
}

export const DEFAULT_SOCKET_LIMITS: SocketLimits = {
  openSockets: 64,
  pendingBytes: 256 * 1024,
  connectTimeoutMs: 30_000,
  knownNames: 256,
};
