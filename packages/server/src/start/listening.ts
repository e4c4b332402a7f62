import { readFile, writeFile } from "node:fs/promises";
import type { ServerConfig } from "../config/index.ts";
import type { ListenOptions } from "../http/index.ts";

/** Where to listen, with the TLS files read. */
export async function listenOptions(
  { host, port }: { host: string; port: number },
  bindOption: string,
  tls: ServerConfig["http"]["tls"],
): Promise<ListenOptions> {
  if (tls === undefined) return { host, port, bindOption };
  const [key, cert] = await Promise.all([
    readFile(tls.keyFile, "utf8"),
    readFile(tls.certificateFile, "utf8"),
  ]);
  return { host, port, bindOption, tls: { key, cert, minVersion: tls.minimumVersion } };
}

/** Tells a script where the server listens; an existing file is somebody else's and stays. */
export async function writeAddressFile(file: string | undefined, address: string): Promise<void> {
  if (file !== undefined) await writeFile(file, address, { flag: "wx" });
}
