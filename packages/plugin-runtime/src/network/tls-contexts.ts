import { createSecureContext, type SecureContext, type SecureContextOptions } from "node:tls";
import type { TlsSettings } from "../protocol/index.ts";
import { contextOptions } from "./tls-settings.ts";

const KEPT_MAX = 4;
const WAITING_MAX = 16;
/** Reading certificates stops the server for about 0.15 ms a kilobyte: it gets several times that to itself again. */
const PAUSE_MS_PER_CHARACTER = 1 / 1024;

/**
 * The TLS contexts of all plugins. Lists of authorities take a while to read, so contexts are kept for the next
 * connection, and new ones are made one after the other with pauses in between.
 */
export class TlsContexts {
  readonly #kept = new Map<string, SecureContext>();
  #turn: Promise<void> = Promise.resolve();
  #waiting = 0;

  /** Rejects when the plugin's certificates cannot be used. */
  async get(settings: TlsSettings): Promise<SecureContext> {
    const options = contextOptions(settings);
    const key = JSON.stringify(options);
    const kept = this.#kept.get(key);
    if (kept !== undefined) return kept;
    if (this.#waiting >= WAITING_MAX) throw new Error("too many TLS connections begin: try again later");
    this.#waiting++;
    const made = this.#turn.then(() => this.#kept.get(key) ?? this.#make(key, options));
    this.#turn = made
      .finally(() => this.#waiting--)
      .catch(() => {})
      .then(() => new Promise((resolve) => setTimeout(resolve, key.length * PAUSE_MS_PER_CHARACTER).unref()));
    return made;
  }

  #make(key: string, options: SecureContextOptions): SecureContext {
    const context = createSecureContext(options);
    this.#kept.set(key, context);
    if (this.#kept.size > KEPT_MAX) {
      const [oldest] = this.#kept.keys();
      this.#kept.delete(oldest!);
    }
    return context;
  }
}
