import { readFile, writeFile } from "node:fs/promises";
import { createSecureContext } from "node:tls";
import type { ServerConfig } from "../config/index.ts";
import { systemReason } from "../foundation/index.ts";
import type { ListenOptions } from "../http/index.ts";

/** Where to listen, with the TLS files read. */
export async function listenOptions(
  { host, port }: { host: string; port: number },
  bindOption: string,
  tls: ServerConfig["http"]["tls"],
): Promise<ListenOptions> {
  if (tls === undefined) return { host, port, bindOption };
  // One after the other, so that the same mistake always gets the same message.
  const key = await readPem(tls.keyFile, "--tls-key");
  const cert = await readPem(tls.certificateFile, "--tls-cert");
  try {
    createSecureContext({ key, cert });
  } catch (error) {
    throw new Error(
      `Unable to use the TLS key "${tls.keyFile}" with the certificate "${tls.certificateFile}": ` +
        `${(error as Error).message}. Give a key and its certificate in PEM with --tls-key and --tls-cert`,
      { cause: error },
    );
  }
  return { host, port, bindOption, tls: { key, cert, minVersion: tls.minimumVersion } };
}

async function readPem(file: string, option: string): Promise<string> {
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (error) {
    throw new Error(
      `Unable to read the TLS file "${file}": ${systemReason(error)}. Name a readable PEM file with ${option}`,
      { cause: error },
    );
  }
  // An empty file would be taken for no file at all, and every handshake would fail.
  if (text.includes("-----BEGIN ")) return text;
  throw new Error(`The TLS file "${file}" holds no PEM text. Name a PEM file with ${option}`);
}

/** Tells a script where the server listens; an existing file is somebody else's and stays. */
export async function writeAddressFile(
  file: string | undefined,
  option: string,
  address: string,
): Promise<void> {
  if (file === undefined) return;
  try {
    await writeFile(file, address, { flag: "wx" });
  } catch (error) {
    throw new Error(
      `Unable to write the address file "${file}": ${systemReason(error)}. ` +
        `Name a new file in a directory that this user can write to with ${option}`,
      { cause: error },
    );
  }
}
