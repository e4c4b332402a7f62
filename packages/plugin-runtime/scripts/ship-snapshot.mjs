// Boots Python once at build time and keeps its memory beside the code. A snapshot that still fits is left as it is.
import { fileURLToPath } from "node:url";
import { PluginRuntime } from "../dist/index.js";

await PluginRuntime.create({
  snapshotDirectory: fileURLToPath(new URL("../snapshot/", import.meta.url)),
  onCacheProblem: (problem) => {
    throw problem;
  },
});
