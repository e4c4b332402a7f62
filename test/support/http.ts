export interface Answer {
  status: number;
  headers: Headers;
  text: string;
}

export interface Session {
  readonly url: string;
  readonly token?: string;
}

export async function send(
  session: Session,
  method: string,
  path: string,
  body?: string | Uint8Array,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const authorization: Record<string, string> =
    session.token === undefined ? {} : { authorization: `Bearer ${session.token}` };
  const response = await fetch(session.url + path, {
    method,
    headers: { ...authorization, ...headers },
    ...(body === undefined ? {} : { body }),
  });
  return { status: response.status, headers: response.headers, text: await response.text() };
}

export function sendJson(session: Session, method: string, path: string, body: unknown): Promise<Answer> {
  return send(session, method, path, JSON.stringify(body), { "content-type": "application/json" });
}

export async function query<Row = Record<string, unknown>>(
  session: Session,
  db: string,
  q: string,
  params: Record<string, unknown> = {},
): Promise<Row[]> {
  const answer = await sendJson(session, "POST", "/api/v3/query_sql", { db, q, params, format: "json" });
  if (answer.status !== 200) throw new Error(`query failed: ${answer.status} ${answer.text}`);
  return JSON.parse(answer.text) as Row[];
}
