import * as tls from "node:tls";

export interface TlsOptions {
  /** A certificate authority to trust besides the system's. */
  ca?: { encoding: "pem" | "der"; bytes: Uint8Array };
  /** False: accept any certificate. */
  rejectUnauthorized?: boolean;
}

function derToPem(bytes: Uint8Array): string {
  const lines =
    Buffer.from(bytes)
      .toString("base64")
      .match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join("\n")}\n-----END CERTIFICATE-----\n`;
}

/** Only newer Node releases can list the operating system's own authorities. */
function systemRoots(): readonly string[] {
  const { getCACertificates } = tls as { getCACertificates?: (type: "default" | "system") => string[] };
  if (getCACertificates === undefined) return tls.rootCertificates;
  return [...getCACertificates("default"), ...getCACertificates("system")];
}

export function secureOptions(options: TlsOptions): tls.SecureContextOptions & tls.CommonConnectionOptions {
  const { ca, rejectUnauthorized = true } = options;
  if (ca === undefined) return { rejectUnauthorized };
  const pem = ca.encoding === "der" ? derToPem(ca.bytes) : Buffer.from(ca.bytes).toString("utf8");
  return { rejectUnauthorized, ca: [...systemRoots(), pem] };
}
