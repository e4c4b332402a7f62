/**
 * Sends bodies over plain sockets as cheaply as it can, because it shares the machine with the server it measures:
 * requests are built beforehand, and of an answer only status and end of the headers are looked at.
 * Arguments: body file, URL, connections. Says when it is ready, begins when it is told, reports a `LoadResult`.
 */
import { readFileSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { splitFrames } from "./body-file.ts";
import type { LoadResult } from "./load.ts";

/** Headers and body of a smaller request leave in one piece. */
const JOIN_BELOW_BYTES = 16 * 1024;
const END_OF_HEADERS = "\r\n\r\n";
const GOOD_ANSWER = /^HTTP\/1\.1 204 /;
/** The server asks to wait: sooner than it asks for, because only its patience is being tested. */
const BUSY_ANSWER = /^HTTP\/1\.1 503 /;
const RETRY_MS = 50;

const [bodyFile, address, connectionCount] = process.argv.slice(2) as [string, string, string];
const url = new URL(address);
const requests = splitFrames(readFileSync(bodyFile)).map(buildRequest);
const latenciesMs = new Float64Array(requests.length);
let sent = 0;
let answered = 0;
let refused = 0;

function buildRequest(body: Buffer): readonly Buffer[] {
  const head = Buffer.from(
    `POST ${url.pathname}${url.search} HTTP/1.1\r\nhost: ${url.host}\r\ncontent-length: ${body.length}${END_OF_HEADERS}`,
  );
  return body.length < JOIN_BELOW_BYTES ? [Buffer.concat([head, body])] : [head, body];
}

function openSocket(): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: url.hostname, port: Number(url.port), noDelay: true });
    socket.once("connect", () => resolve(socket)).once("error", reject);
  });
}

/** One request after the other until none is left. */
function keepSending(socket: Socket): Promise<void> {
  return new Promise((resolve, reject) => {
    let sentAt = 0;
    let answer = "";
    let request: readonly Buffer[] | undefined;
    const sendNext = (): void => {
      request = requests[sent++];
      sentAt = performance.now();
      send();
    };
    const send = (): void => {
      if (request === undefined) {
        socket.destroy();
        resolve();
        return;
      }
      socket.cork();
      for (const piece of request) socket.write(piece);
      socket.uncork();
    };
    socket.on("data", (piece) => {
      answer += piece.toString("latin1");
      if (!answer.includes(END_OF_HEADERS)) return;
      if (BUSY_ANSWER.test(answer) && isWhole(answer)) {
        answer = "";
        refused++;
        setTimeout(send, RETRY_MS);
        return;
      }
      if (BUSY_ANSWER.test(answer)) return;
      if (!GOOD_ANSWER.test(answer)) return reject(new Error(`${address}: ${answer.slice(0, 500)}`));
      answer = "";
      latenciesMs[answered++] = performance.now() - sentAt;
      sendNext();
    });
    socket.on("error", reject);
    socket.on("close", () => reject(new Error(`${address}: the connection was closed`)));
    sendNext();
  });
}

/** Whether the body that the headers announce has arrived too. */
function isWhole(answer: string): boolean {
  const bodyAt = answer.indexOf(END_OF_HEADERS) + END_OF_HEADERS.length;
  return answer.length - bodyAt >= Number(/content-length: (\d+)/i.exec(answer)?.[1] ?? 0);
}

async function run(): Promise<LoadResult> {
  const sockets = await Promise.all(Array.from({ length: Number(connectionCount) }, openSocket));
  const startedAt = performance.now();
  const cpuBefore = process.cpuUsage();
  await Promise.all(sockets.map(keepSending));
  const { user, system } = process.cpuUsage(cpuBefore);
  return {
    wallSeconds: (performance.now() - startedAt) / 1000,
    senderCpuSeconds: (user + system) / 1e6,
    latenciesMs: [...latenciesMs.sort()],
    refused,
  };
}

process.once("message", () => {
  run().then(
    (result) => process.send!(result),
    (error: Error) => process.send!({ error: error.message }),
  );
});
process.send!("ready");
