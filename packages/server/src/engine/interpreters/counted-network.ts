import type { NetworkService } from "@millrace/plugin-runtime";

/** What came of the connections that plugins asked for. */
export class NetworkFigures {
  opened = 0;
  /** By the policy. */
  refused = 0;
  /** By the other side, the network, or a deadline. */
  failed = 0;
}

/** The same network, watched. */
export function countedNetwork(network: NetworkService, figures: NetworkFigures): NetworkService {
  return {
    async answer(context, call) {
      const reply = await network.answer(context, call);
      if (!reply.ok && reply.kind === "refused-by-policy") figures.refused++;
      else if (call.op === "connect") figures[reply.ok ? "opened" : "failed"]++;
      return reply;
    },
    close: () => network.close(),
  };
}
