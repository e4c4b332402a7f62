import type { Socket } from "node:net";
import {
  checkServerIdentity,
  connect,
  type PeerCertificate,
  type SecureContext,
  type TLSSocket,
} from "node:tls";
import type { TlsSession, TlsSettings } from "../protocol/index.ts";
import { parseAddress } from "./addresses/index.ts";

const PROTOCOLS_MAX = 16;

/** Begins a handshake on a connected socket. */
export function startTls(socket: Socket, secureContext: SecureContext, settings: TlsSettings): TLSSocket {
  const { serverName, checkName, applicationProtocols } = settings;
  return connect({
    socket,
    secureContext,
    rejectUnauthorized: settings.verify,
    // An address must not be sent as a server name, but the certificate may still have to name it.
    servername: serverName !== null && parseAddress(serverName) === undefined ? serverName : "",
    checkServerIdentity: (_host, peer) =>
      checkName && serverName !== null ? checkServerIdentity(serverName, peer) : undefined,
    ...(applicationProtocols.length === 0
      ? {}
      : { ALPNProtocols: applicationProtocols.slice(0, PROTOCOLS_MAX) }),
  });
}

export function describeSession(socket: TLSSocket): TlsSession {
  // An empty object when the server showed none.
  const peer: Partial<PeerCertificate> = socket.getPeerCertificate();
  return {
    version: socket.getProtocol() ?? "unknown",
    cipher: socket.getCipher().name,
    applicationProtocol: socket.alpnProtocol || null,
    certificate: peer.raw?.toString("base64") ?? null,
    subject: namesOf(peer.subject),
    issuer: namesOf(peer.issuer),
    alternativeNames: alternativeNames(peer.subjectaltname ?? ""),
    serialNumber: peer.serialNumber ?? "",
    validFrom: peer.valid_from ?? "",
    validTo: peer.valid_to ?? "",
  };
}

function namesOf(subject: PeerCertificate["subject"] | undefined): [name: string, value: string][] {
  return Object.entries(subject ?? {}).flatMap(([name, value]) =>
    [value].flat().map((text): [string, string] => [name, String(text)]),
  );
}

/** `DNS:a.example, IP Address:10.0.0.1` */
function alternativeNames(text: string): [kind: string, value: string][] {
  return text.split(", ").flatMap((item): [string, string][] => {
    const colon = item.indexOf(":");
    return colon < 0 ? [] : [[item.slice(0, colon), item.slice(colon + 1)]];
  });
}
