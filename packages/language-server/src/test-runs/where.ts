import type { InfluxClient } from "@millrace/api/client";
import type { Connections } from "../connection/index.ts";
import type { TestTarget } from "../protocol/index.ts";
import { NotRunError } from "./answer.ts";
import { askServer, failureText, type ServerAbilities } from "./servers/index.ts";

export interface ChosenServer {
  /** Undefined: the test runs here. */
  readonly server: { readonly client: InfluxClient; readonly abilities: ServerAbilities } | undefined;
  readonly notes: readonly string[];
}

const HERE: ChosenServer = { server: undefined, notes: [] };

/** Where a test runs. Unless told to, it runs on no server that has only a copy of its own, and on none that is away. */
export async function chooseServer(
  connections: Connections,
  where: TestTarget,
  signal: AbortSignal,
): Promise<ChosenServer> {
  if (where === "local") return HERE;
  const client = connections.client(signal);
  if (client === undefined) {
    if (where === "auto") return HERE;
    throw new NotRunError("There is no connection to a server. Connect to one, or run the test locally.");
  }
  try {
    const abilities = await askServer(client);
    return where === "server" || abilities.isMillrace ? { server: { client, abilities }, notes: [] } : HERE;
  } catch (error) {
    if (where === "server") throw error;
    return { server: undefined, notes: [`${failureText(error)} So the test ran locally.`] };
  }
}
