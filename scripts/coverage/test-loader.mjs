import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { transform } from "esbuild";

export async function load(url, context, nextLoad) {
  if (!url.startsWith("file:") || !new URL(url).pathname.endsWith(".ts")) return nextLoad(url, context);
  const sourcefile = fileURLToPath(url);
  const options = { loader: "ts", format: "esm", target: "node20.19", sourcefile, sourcemap: "inline" };
  const { code } = await transform(await readFile(sourcefile), options);
  return { format: "module", source: code, shortCircuit: true };
}
