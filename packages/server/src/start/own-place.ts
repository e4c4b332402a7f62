import { type OwnServer, ownServer } from "@millrace/plugin-runtime";

/** Where plugins find the server that they run in. */
export class OwnPlace {
  #server: OwnServer | undefined;

  /** Undefined before the server listens. */
  get server(): OwnServer | undefined {
    return this.#server;
  }

  /** `host:port` as bound. */
  listens(address: string): void {
    const colon = address.lastIndexOf(":");
    this.#server = ownServer({ address: address.slice(0, colon), port: Number(address.slice(colon + 1)) });
  }
}
