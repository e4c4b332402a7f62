import { rootCertificates, type SecureContextOptions, type SecureVersion } from "node:tls";
import type { TlsSettings } from "../protocol/index.ts";

/** Enough for the certificates of all public authorities. Reading them stops the whole server for a moment. */
const TRUSTED_MAX_CHARACTERS = 512 * 1024;
const TRUSTED_MAX_CERTIFICATES = 300;
const CHAIN_MAX_CHARACTERS = 64 * 1024;
/** Room for an RSA key of 4096 bits: larger ones take the server's time to sign with. */
const KEY_MAX_CHARACTERS = 4096;

const PRIVATE_KEY = /-----BEGIN ([A-Z ]*)PRIVATE KEY-----[^-]*-----END \1PRIVATE KEY-----/;

const VERSIONS: Readonly<Record<number, SecureVersion>> = {
  769: "TLSv1",
  770: "TLSv1.1",
  771: "TLSv1.2",
  772: "TLSv1.3",
};

/** What of a plugin's settings goes into a context; throws an error for the plugin when it is too much. */
export function contextOptions(settings: TlsSettings): SecureContextOptions {
  const { trusted, trustUsual, certificate, key, minVersion, maxVersion } = settings;
  requireShort("the certificates to trust", trusted, TRUSTED_MAX_CHARACTERS);
  if (trusted.split("BEGIN CERTIFICATE").length > TRUSTED_MAX_CERTIFICATES)
    throw new Error(`no more than ${TRUSTED_MAX_CERTIFICATES} certificates can be trusted`);
  const ca = [...(trustUsual ? rootCertificates : []), ...(trusted === "" ? [] : [trusted])];
  const lowest = minVersion === null ? undefined : VERSIONS[minVersion];
  const highest = maxVersion === null ? undefined : VERSIONS[maxVersion];
  return {
    // Without any, Node takes its own: cheaper, and the same.
    ...(trusted === "" && trustUsual ? {} : { ca }),
    ...(certificate === null ? {} : identity(certificate, key ?? certificate)),
    ...(lowest === undefined ? {} : { minVersion: lowest }),
    ...(highest === undefined ? {} : { maxVersion: highest }),
  };
}

function identity(cert: string, keyText: string): SecureContextOptions {
  requireShort("the certificate chain", cert, CHAIN_MAX_CHARACTERS);
  requireShort("the file with the key", keyText, CHAIN_MAX_CHARACTERS);
  const key = PRIVATE_KEY.exec(keyText)?.[0];
  if (key === undefined) throw new Error("the key file holds no private key in PEM");
  // How long unlocking a key takes is written in its file, and could be for ever.
  if (key.includes("ENCRYPTED")) throw new Error("keys with passwords cannot be used: take the password off");
  requireShort("the private key", key, KEY_MAX_CHARACTERS);
  return { cert, key };
}

function requireShort(what: string, text: string, maxCharacters: number): void {
  if (text.length > maxCharacters) throw new Error(`${what} may have ${maxCharacters} characters at most`);
}
