import { type Answer, type Session, send } from "./http.ts";
import { startServer, type TestServer } from "./server.ts";

export const UNAUTHENTICATED = '{"error": "the request was not authenticated"}';
export const MALFORMED =
  '{"error": "Authorization header was malformed, the request was not in the form of \'Authorization: <auth-scheme> <token>\', supported auth-schemes are Bearer, Token and Basic"}';

export const DATABASES = "/api/v3/configure/database";
export const TABLES = "/api/v3/configure/table";
export const TRIGGERS = "/api/v3/configure/processing_engine_trigger";
export const TOKENS = "/api/v3/configure/token";

export interface IssuedToken {
  id: number;
  name: string;
  token: string;
  hash: string;
  created_at: string;
  expiry: string | null;
}

export const brief = ({ status, text }: Answer): [number, string] => [status, text];

export interface Contracted {
  server: TestServer;
  operator: IssuedToken;
  session: Session;
}

/** A server of its own with the operator's token, for tests of what goes over the wire. */
export async function startContracted(
  options: { pluginDir?: string; args?: string[] } = {},
): Promise<Contracted> {
  const server = await startServer(options);
  const created = await send({ url: server.url }, "POST", `${TOKENS}/admin`);
  if (created.status !== 201) throw new Error(created.text);
  const operator = JSON.parse(created.text) as IssuedToken;
  return { server, operator, session: { url: server.url, token: operator.token } };
}

/** A request that is merely wrong must not look like a defect of the server. */
export async function endContracted(server: TestServer | undefined): Promise<void> {
  await server?.kill();
  if (/request failed/.test(server?.output() ?? "")) throw new Error(server?.output());
}
