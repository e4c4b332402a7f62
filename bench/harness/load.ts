import { Agent, request } from "node:http";

export interface LoadResult {
  wallSeconds: number;
  /** Milliseconds from sending a request to its acknowledgement, sorted. */
  latenciesMs: number[];
}

/** Sends every body once over a fixed number of connections, each waiting for its answer before the next. */
export async function sendAll(
  url: string,
  bodies: readonly Buffer[],
  connections: number,
): Promise<LoadResult> {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const latenciesMs: number[] = [];
  let next = 0;
  const lane = async (): Promise<void> => {
    for (let body = bodies[next++]; body !== undefined; body = bodies[next++]) {
      const sentAt = performance.now();
      await post(url, body, agent);
      latenciesMs.push(performance.now() - sentAt);
    }
  };
  const startedAt = performance.now();
  await Promise.all(Array.from({ length: connections }, lane));
  const wallSeconds = (performance.now() - startedAt) / 1000;
  agent.destroy();
  return { wallSeconds, latenciesMs: latenciesMs.sort((a, b) => a - b) };
}

function post(url: string, body: Buffer, agent: Agent): Promise<void> {
  return new Promise((resolve, reject) => {
    const sent = request(
      url,
      { method: "POST", agent, headers: { "content-length": body.length } },
      (response) => {
        const pieces: Buffer[] = [];
        response.on("data", (piece: Buffer) => pieces.push(piece));
        response.on("end", () => {
          if (response.statusCode! < 300) resolve();
          else reject(new Error(`${url}: ${response.statusCode} ${Buffer.concat(pieces)}`));
        });
      },
    );
    sent.on("error", reject);
    sent.end(body);
  });
}
