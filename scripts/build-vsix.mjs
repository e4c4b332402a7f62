#!/usr/bin/env node
// Packs the extension for VS Code: `node scripts/build-vsix.mjs [<file>]`, after `npm run build`. One package for every
// system: JavaScript, the type checker and Python as WebAssembly, nothing native.
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { packVsix } from "./vsix/pack.mjs";
import { stageExtension } from "./vsix/stage.mjs";

const SIZE_MAX = 16 * 1024 * 1024;

const root = path.resolve(import.meta.dirname, "..");
const extension = path.join(root, "packages", "vscode-extension");
const staging = path.join(extension, "bundle", "staging");
const output = path.resolve(process.argv[2] ?? path.join(extension, "bundle", "millrace.vsix"));

rmSync(staging, { recursive: true, force: true });
const manifest = await stageExtension({ root, extension, staging });
const { bytes, files } = packVsix(staging, manifest);
rmSync(staging, { recursive: true, force: true });
if (bytes.length > SIZE_MAX) {
  console.error(`The package has ${bytes.length} bytes; more than ${SIZE_MAX} is too much to download.`);
  process.exit(1);
}
mkdirSync(path.dirname(output), { recursive: true });
writeFileSync(output, bytes);
console.log(`${output}: ${(bytes.length / 1024 / 1024).toFixed(1)} MB, ${files} files`);
