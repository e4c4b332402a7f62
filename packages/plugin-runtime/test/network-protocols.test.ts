import assert from "node:assert/strict";
import type { Socket } from "node:net";
import { TLSSocket } from "node:tls";
import { CERTIFICATE, serveTcp, startWithNetwork, type TestServer, TLS } from "./network-support.ts";
import { messages, type Plugins } from "./support.ts";

/** Calls back with each line that a client sends. */
function onLines(socket: Socket, take: (line: string) => void): void {
  let rest = "";
  socket.on("data", (data) => {
    const lines = (rest + data).split("\r\n");
    rest = lines.pop() ?? "";
    lines.forEach(take);
  });
}

/** A mail server with STARTTLS that notes what it hears after the upgrade. */
function serveMail(socket: Socket, heard: string[]): void {
  const speak = (stream: Socket, secure: boolean) => {
    let inData = false;
    onLines(stream, (line) => {
      if (secure) heard.push(line);
      const command = line.slice(0, 4).toUpperCase();
      if (inData) {
        inData = line !== ".";
        if (!inData) stream.write("250 taken\r\n");
      } else if (command === "EHLO") stream.write(secure ? "250 mail\r\n" : "250-mail\r\n250 STARTTLS\r\n");
      else if (command === "STAR") {
        stream.write("220 go ahead\r\n");
        stream.removeAllListeners("data");
        speak(new TLSSocket(stream, { isServer: true, ...TLS }), true);
      } else if (command === "DATA") {
        inData = true;
        stream.write("354 go on\r\n");
      } else if (command === "QUIT") stream.end("221 bye\r\n");
      else stream.write("250 ok\r\n");
    });
  };
  speak(socket, false);
  socket.write("220 mail\r\n");
}

describe("plugins on the network: protocols of the standard library", () => {
  let plugins: Plugins;
  const servers: TestServer[] = [];
  const serve = async (handler: (socket: Socket) => void) => {
    const server = await serveTcp(handler);
    servers.push(server);
    return server.port;
  };

  before(async () => {
    plugins = await startWithNetwork({ allow: ["localhost", "127.0.0.1"] });
  });

  after(async () => {
    await plugins.interpreter.dispose();
    for (const server of servers) await server.close();
  });

  it("sends mail, upgraded to TLS", async () => {
    const heard: string[] = [];
    const port = await serve((socket) => serveMail(socket, heard));
    const outcome = await plugins.body(`
import smtplib, ssl
context = ssl.create_default_context(cadata=${JSON.stringify(CERTIFICATE)})
with smtplib.SMTP("localhost", ${port}, timeout=5) as mail:
    mail.starttls(context=context)
    influxdb3_local.info(mail.sendmail("a@example.com", ["b@example.com"], "Subject: hot\\r\\n\\r\\ntoo hot"))`);
    assert.deepEqual(messages(outcome), ["{}"]);
    assert.ok(heard.includes("Subject: hot"), heard.join());
    assert.ok(heard.includes("too hot"));
  });

  it("fetches files by FTP", async () => {
    const dataPort = await serve((socket) => socket.end("line 1\r\nline 2\r\n"));
    const port = await serve((socket) => {
      socket.write("220 files\r\n");
      onLines(socket, (line) => {
        const passive = `227 (127,0,0,1,${dataPort >> 8},${dataPort & 255})`;
        const answers: Record<string, string> = {
          PASV: passive,
          RETR: "150 here\r\n226 done",
          QUIT: "221 bye",
        };
        socket.write(`${answers[line.slice(0, 4)] ?? "230 ok"}\r\n`);
      });
    });
    const outcome = await plugins.body(`
import ftplib
with ftplib.FTP(timeout=5) as ftp:
    ftp.connect("127.0.0.1", ${port})
    ftp.login()
    ftp.retrlines("RETR data.txt", influxdb3_local.info)`);
    assert.deepEqual(messages(outcome), ["line 1", "line 2"]);
  });
});
