import type { NetworkService } from "@millrace/plugin-runtime";

/** Where a connection comes from, as the server sees it. */
export interface Peer {
  readonly address: string | undefined;
  readonly port: number | undefined;
}

/** Knows the connections that plugins have open, so that the server recognises those that lead back to itself. */
export class OwnConnections {
  /** The run that used a connection last. */
  readonly #runs = new Map<string, string>();

  runOf({ address, port }: Peer): string | undefined {
    return address === undefined || port === undefined ? undefined : this.#runs.get(nameOf(address, port));
  }

  /** The same network, watched. */
  watch(network: NetworkService): NetworkService {
    /** By socket. */
    const names = new Map<number, string>();
    const forget = (socket: number): void => {
      const name = names.get(socket);
      if (name !== undefined) this.#runs.delete(name);
      names.delete(socket);
    };
    return {
      answer: async (context, call) => {
        // Connections outlive runs: who sends on one is who waits for the answer.
        const name = call.op === "send" ? names.get(call.socket) : undefined;
        if (name !== undefined) this.#runs.set(name, context.runId);
        if (call.op === "close") forget(call.socket);
        const reply = await network.answer(context, call);
        if (call.op === "connect" && reply.ok && typeof reply.value === "number" && reply.localAddress) {
          const opened = nameOf(...reply.localAddress);
          names.set(reply.value, opened);
          this.#runs.set(opened, context.runId);
        }
        return reply;
      },
      close: () => {
        for (const socket of [...names.keys()]) forget(socket);
        network.close();
      },
    };
  }
}

/** A server that listens for both versions sees addresses of version 4 in the clothes of version 6. */
function nameOf(address: string, port: number): string {
  return `${address.replace(/^::ffff:/, "")} ${port}`;
}
