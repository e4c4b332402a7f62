import { cpSync, mkdirSync, readdirSync, readFileSync, realpathSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { build } from "esbuild";
import { bundleProgram } from "../bundle-program.mjs";

/** Beside the sources: what is drawn, shown and inserted. */
const ASSETS = ["media", "snippets", "walkthrough"];
/** What only developers of the extension need of its manifest. */
const NOT_SHIPPED = ["type", "private", "imports", "dependencies", "devDependencies"];
/** Loaded when a test runs here; in files of their own, because threads start from them. */
const RUNTIME_PACKAGES = ["api", "line-protocol", "python-vm", "plugin-runtime"];

/** That of the oldest editor which the manifest allows. */
const NODE = "node22";

/** Puts all files of the extension into an empty folder; returns the manifest that they go with. */
export async function stageExtension({ root, extension, staging }) {
  const manifest = readJson(path.join(extension, "package.json"));
  for (const key of NOT_SHIPPED) delete manifest[key];
  manifest.name = "millrace";
  manifest.main = "./extension.cjs";
  delete manifest.engines.node;
  mkdirSync(staging, { recursive: true });
  writeFileSync(path.join(staging, "package.json"), JSON.stringify(manifest, undefined, 2));
  for (const name of ASSETS)
    cpSync(path.join(extension, name), path.join(staging, name), { recursive: true });
  cpSync(path.join(extension, "README.md"), path.join(staging, "README.md"));
  cpSync(path.join(root, "LICENSE"), path.join(staging, "LICENSE"));
  cpSync(path.join(root, "templates"), path.join(staging, "templates"), {
    recursive: true,
    filter: (file) => path.basename(file) !== "__pycache__",
  });
  await bundleClient(extension, staging);
  await stageServer(root, path.join(staging, "server"));
  return manifest;
}

async function bundleClient(extension, staging) {
  await build({
    entryPoints: [path.join(extension, "dist", "main.js")],
    outfile: path.join(staging, "extension.cjs"),
    bundle: true,
    format: "cjs",
    platform: "node",
    target: NODE,
    minify: true,
    legalComments: "none",
    logLevel: "warning",
    external: ["vscode"],
  });
}

async function stageServer(root, directory) {
  const languageServer = path.join(root, "packages", "language-server");
  await bundleProgram(path.join(languageServer, "dist", "main.js"), directory, {
    target: NODE,
    minify: true,
    sourcemap: false,
    legalComments: "none",
  });
  writeFileSync(path.join(directory, "package.json"), '{ "type": "module" }\n');
  writeFileSync(path.join(directory, "start.mjs"), 'import { main } from "./main.js";\n\nmain();\n');
  const fromServer = createRequire(path.join(languageServer, "package.json"));
  const checker = path.dirname(fromServer.resolve("pyright/package.json"));
  copy(checker, path.join(directory, "pyright"), (file) => !file.endsWith(".map"));
  stageRuntime(root, path.join(directory, "node_modules"));
}

/** Python and what it needs, in the layout in which Node finds packages. */
function stageRuntime(root, modules) {
  for (const name of RUNTIME_PACKAGES) {
    const from = path.join(root, "packages", name);
    const to = path.join(modules, "@millrace", name);
    cpSync(path.join(from, "package.json"), path.join(to, "package.json"));
    copy(path.join(from, "dist"), path.join(to, "dist"), isCode);
  }
  const runtime = createRequire(path.join(root, "packages", "plugin-runtime", "package.json"));
  const api = createRequire(path.join(root, "packages", "api", "package.json"));
  const vm = createRequire(path.join(root, "packages", "python-vm", "package.json"));
  const python = realpathSync(path.dirname(vm.resolve("pyodide/package.json")));
  const sockets = createRequire(path.join(python, "package.json")).resolve("ws");
  copy(python, path.join(modules, "pyodide"), isPython);
  copy(path.dirname(sockets), path.join(modules, "ws"), isCode);
  copy(packageDirectory(runtime, "yaml"), path.join(modules, "yaml"), isNodeCode);
  copy(packageDirectory(api, "zod"), path.join(modules, "zod"), isZodCode);
}

const PYTHON_FILES = [
  ...["package.json", "pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm"],
  ...["pyodide-lock.json", "python_stdlib.zip"],
];
const isPython = (file) => PYTHON_FILES.includes(file);
const isCode = (file) => /\.(?:js|mjs|py|json)$/.test(file) && !/(?:^|\/)\./.test(file);
const isNodeCode = (file) => isCode(file) && !file.startsWith("browser/");
const isZodCode = (file) => isCode(file) && !/^(?:src|v3|mini|v4-mini|v4\/mini)\//.test(file);

function packageDirectory(require, name) {
  return path.dirname(require.resolve(`${name}/package.json`));
}

/** Copies the files that are chosen by their path below the folder, with `/`. */
function copy(from, to, isChosen) {
  const directory = realpathSync(from);
  for (const entry of readdirSync(directory, { recursive: true, withFileTypes: true })) {
    const source = path.join(entry.parentPath, entry.name);
    const name = path.relative(directory, source).split(path.sep).join("/");
    if (!entry.isFile() || !isChosen(name)) continue;
    mkdirSync(path.dirname(path.join(to, name)), { recursive: true });
    cpSync(source, path.join(to, name));
  }
}

function readJson(file) {
  return JSON.parse(readFileSync(file, "utf8"));
}
