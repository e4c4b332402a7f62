export type {
  EmscriptenFileSystem,
  FileNode,
  FileStream,
  ImportedFunctions,
  MountType,
} from "./emscripten.ts";
export { ImportGate, InterpreterExit } from "./gate.ts";
export { type FileQuota, limitMemoryFiles } from "./memory-files.ts";
export { tameRealm } from "./realm.ts";
