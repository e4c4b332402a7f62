import { ApiError, ConnectError, type InfluxClient } from "@millrace/api/client";

/** What a connected server can do for tests. */
export interface ServerAbilities {
  /** Features that it announces; none of an original server. */
  readonly features: ReadonlySet<string>;
  readonly isMillrace: boolean;
}

const ORIGINAL: ServerAbilities = { features: new Set(), isMillrace: false };

/** Rejects when the server does not answer, or not to us. */
export async function askServer(client: InfluxClient): Promise<ServerAbilities> {
  try {
    const { features } = await client.capabilities();
    return { features: new Set(Array.isArray(features) ? features : []), isMillrace: true };
  } catch (error) {
    if (error instanceof ApiError && (error.status === 404 || error.status === 405)) return ORIGINAL;
    throw error;
  }
}

export function failureText(error: unknown): string {
  if (error instanceof ApiError && (error.status === 401 || error.status === 403)) {
    return "The server refuses the token. Check the token of the connection.";
  }
  if (error instanceof ApiError) return `The server answered ${error.status}: ${error.serverMessage}`;
  if (error instanceof ConnectError) return `The server does not answer (${error.reason}).`;
  return error instanceof Error ? error.message : String(error);
}
