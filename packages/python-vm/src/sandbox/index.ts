export type { EmscriptenFileSystem, ImportedFunctions } from "./emscripten.ts";
export { ImportGate, InterpreterExit } from "./gate.ts";
export { type FileQuota, limitMemoryFiles } from "./memory-files.ts";
export { tameRealm } from "./realm.ts";
