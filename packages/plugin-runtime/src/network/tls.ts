import type { Socket } from "node:net";
import {
  type ConnectionOptions,
  checkServerIdentity,
  connect,
  type PeerCertificate,
  rootCertificates,
  type SecureVersion,
  type TLSSocket,
} from "node:tls";
import type { TlsSession, TlsSettings } from "../protocol/index.ts";
import { parseAddress } from "./addresses/index.ts";

const VERSIONS: Readonly<Record<number, SecureVersion>> = {
  769: "TLSv1",
  770: "TLSv1.1",
  771: "TLSv1.2",
  772: "TLSv1.3",
};

/** Begins a handshake on a connected socket; throws when the plugin's certificates cannot be read. */
export function startTls(socket: Socket, settings: TlsSettings): TLSSocket {
  const { serverName, trusted, trustUsual, certificate, key, keyPassword } = settings;
  const options: ConnectionOptions = {
    socket,
    rejectUnauthorized: settings.verify,
    // An address must not be sent as a server name, but the certificate may still have to name it.
    servername: serverName !== null && parseAddress(serverName) === undefined ? serverName : "",
    checkServerIdentity: (_host, peer) =>
      settings.checkName && serverName !== null ? checkServerIdentity(serverName, peer) : undefined,
    ...(trusted === "" && trustUsual ? {} : { ca: trustUsual ? [...rootCertificates, trusted] : [trusted] }),
    ...(certificate === null ? {} : { cert: certificate, key: key ?? certificate }),
    ...(keyPassword === null ? {} : { passphrase: keyPassword }),
    ...(settings.applicationProtocols.length > 0
      ? { ALPNProtocols: [...settings.applicationProtocols] }
      : {}),
    ...bound("minVersion", settings.minVersion),
    ...bound("maxVersion", settings.maxVersion),
  };
  return connect(options);
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

function bound(name: "minVersion" | "maxVersion", version: number | null): ConnectionOptions {
  const text = version === null ? undefined : VERSIONS[version];
  return text === undefined ? {} : { [name]: text };
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
