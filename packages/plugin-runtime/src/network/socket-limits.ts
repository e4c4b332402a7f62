/** What the sockets of one interpreter may hold of the host. */
export interface SocketLimits {
  readonly openSockets: number;
  /** Bytes that one socket may keep for its plugin before the peer has to wait, and those of the plugin for the peer. */
  readonly pendingBytes: number;
  /** How long a closed socket may try to send what is left. */
  readonly lingerMs: number;
  /** Names whose addresses are remembered, so that a connection to an address is known to be one to the name. */
  readonly knownNames: number;
}

export const DEFAULT_SOCKET_LIMITS: SocketLimits = {
  openSockets: 64,
  pendingBytes: 256 * 1024,
  lingerMs: 5000,
  knownNames: 256,
};
