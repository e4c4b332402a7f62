import { readFile, realpath, stat } from "node:fs/promises";

const TEXT_MAX_BYTES = 64 * 1024 * 1024;

/** Throws with a text for users. */
export async function readText(file: string): Promise<string> {
  const found = await stat(file).catch(() => undefined);
  if (found?.isFile() !== true) throw new Error(`there is no file ${file}`);
  if (found.size > TEXT_MAX_BYTES) throw new Error(`${file} is larger than ${TEXT_MAX_BYTES} bytes`);
  return await readFile(file, "utf8");
}

export async function isFile(file: string): Promise<boolean> {
  return (await stat(file).catch(() => undefined))?.isFile() === true;
}

/** Without links; as it is where it does not exist. */
export async function realPath(file: string): Promise<string> {
  return await realpath(file).catch(() => file);
}
