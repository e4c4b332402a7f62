import type { Socket } from "node:net";
import type { SecureContext, TLSSocket } from "node:tls";
import type { NetworkReply, TlsSettings } from "../protocol/index.ts";
import type { Changes } from "./changes.ts";
import { CLOSED, describeFailure, failure, TIMED_OUT } from "./failures.ts";
import type { SocketLimits } from "./socket-limits.ts";
import { describeSession, startTls } from "./tls.ts";

const WOULD_BLOCK = failure("would-block", "Resource temporarily unavailable");
const BROKEN_PIPE: NetworkReply = { ok: false, kind: "system", message: "Broken pipe", code: "EPIPE" };
const NOTHING = new Uint8Array(0);

/**
 * One TCP connection of a plugin. Bytes stay in the paused stream until the plugin asks for them, so a peer that
 * sends more than the stream holds has to wait.
 */
export class Connection {
  readonly #changes: Changes;
  readonly #limits: SocketLimits;
  #socket: Socket;
  #unfollow: () => void;
  #made: NetworkReply | undefined;
  #error: unknown;
  #ended = false;
  #closed = false;

  constructor(socket: Socket, changes: Changes, limits: SocketLimits) {
    this.#socket = socket;
    this.#changes = changes;
    this.#limits = limits;
    socket.once("connect", () => {
      const { localAddress = "", localPort = 0, remoteAddress = "", remotePort = 0 } = socket;
      this.#made = {
        ok: true,
        value: null,
        localAddress: [localAddress, localPort],
        remoteAddress: [remoteAddress, remotePort],
      };
    });
    this.#unfollow = this.#follow(socket);
  }

  /** Waits until the connection is made, also if it broke right after. */
  async connected(timeoutMs: number): Promise<NetworkReply> {
    const reply = await this.#changes.until((): NetworkReply | undefined => {
      if (this.#closed) return CLOSED;
      if (this.#made !== undefined) return this.#made;
      return this.#error === undefined ? undefined : describeFailure(this.#error);
    }, timeoutMs);
    return reply ?? TIMED_OUT;
  }

  async startTls(context: SecureContext, settings: TlsSettings, timeoutMs: number): Promise<NetworkReply> {
    if (this.#closed) return CLOSED;
    if (this.#error !== undefined) return describeFailure(this.#error);
    let socket: TLSSocket;
    try {
      this.#unfollow();
      socket = startTls(this.#socket, context, settings);
    } catch (error) {
      return failure("tls", error instanceof Error ? error.message : String(error));
    }
    this.#socket = socket;
    this.#unfollow = this.#follow(socket);
    let secure = false;
    socket.once("secureConnect", () => {
      secure = true;
      this.#changes.notify();
    });
    const reply = await this.#changes.until((): NetworkReply | undefined => {
      if (this.#closed) return CLOSED;
      if (this.#error !== undefined) return describeFailure(this.#error);
      if (secure) return { ok: true, value: null, tls: describeSession(socket) };
      return this.#ended ? failure("tls", "the peer closed the connection during the handshake") : undefined;
    }, timeoutMs);
    return reply ?? TIMED_OUT;
  }

  async send(bytes: Uint8Array, timeoutMs: number): Promise<NetworkReply> {
    const refused = await this.#changes.until((): NetworkReply | true | undefined => {
      if (this.#closed) return CLOSED;
      if (this.#error !== undefined) return describeFailure(this.#error);
      if (!this.#socket.writable) return BROKEN_PIPE;
      return this.#socket.writableLength < this.#limits.pendingBytes ? true : undefined;
    }, timeoutMs);
    if (refused === undefined) return late(timeoutMs);
    if (refused !== true) return refused;
    this.#socket.write(bytes);
    return { ok: true, value: bytes.length };
  }

  async receive(maxBytes: number, timeoutMs: number): Promise<NetworkReply> {
    const reply = await this.#changes.until((): NetworkReply | undefined => {
      if (this.#closed) return CLOSED;
      const bytes = this.#take(maxBytes);
      if (bytes !== null) return { ok: true, value: bytes };
      if (this.#error !== undefined) return describeFailure(this.#error);
      return this.#ended ? { ok: true, value: NOTHING } : undefined;
    }, timeoutMs);
    return reply ?? late(timeoutMs);
  }

  /** Whether `receive` would answer at once. */
  get ready(): boolean {
    if (this.#socket.readableLength === 0) this.#socket.read(0);
    return this.#socket.readableLength > 0 || this.#ended || this.#closed || this.#error !== undefined;
  }

  /** Nothing more will be sent. */
  shutdown(): void {
    this.#socket.end();
  }

  /** What was sent still goes out, if the peer takes it soon; resolves when nothing is left of the connection. */
  close(): Promise<void> {
    if (this.#closed) return Promise.resolve();
    this.#closed = true;
    this.#changes.notify();
    const socket = this.#socket;
    const timer = setTimeout(() => socket.destroy(), this.#limits.lingerMs);
    timer.unref();
    const gone = new Promise<void>((resolve) => {
      socket.once("close", () => {
        clearTimeout(timer);
        resolve();
      });
    });
    if (socket.destroyed) return Promise.resolve(clearTimeout(timer));
    // Before it is made, nothing was sent.
    if (this.#made === undefined) socket.destroy();
    else socket.destroySoon();
    return gone;
  }

  /** Without sending what is left. */
  destroy(): void {
    this.#socket.destroy();
  }

  #take(maxBytes: number): Uint8Array | null {
    const socket = this.#socket;
    // Reading nothing tells the stream that what it has was taken: it fetches more, or says that it ended.
    const chunk: Uint8Array | null = socket.read(Math.min(maxBytes, socket.readableLength));
    return chunk === null || chunk.length === 0 ? null : chunk;
  }

  /** Gives what ends the following; errors are still heard then, as one that nobody hears ends the process. */
  #follow(socket: Socket): () => void {
    const notify = () => this.#changes.notify();
    const end = () => {
      this.#ended = true;
      notify();
    };
    const listeners = { connect: notify, readable: notify, drain: notify, end, close: end };
    for (const [event, listener] of Object.entries(listeners)) socket.on(event, listener);
    socket.on("error", (error) => {
      this.#error ??= error;
      notify();
    });
    return () => {
      for (const [event, listener] of Object.entries(listeners)) socket.off(event, listener);
    };
  }
}

function late(timeoutMs: number): NetworkReply {
  return timeoutMs > 0 ? TIMED_OUT : WOULD_BLOCK;
}
