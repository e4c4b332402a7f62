export type {
  EmscriptenFileSystem,
  FileNode,
  FileStream,
  ImportedFunctions,
  MountType,
  SystemCalls,
} from "./emscripten.ts";
export { ImportGate, InterpreterExit } from "./gate.ts";
export { type FileQuota, limitMemoryFiles, limitPaths } from "./memory-files.ts";
export { tameRealm } from "./realm.ts";
