export { BufferMirror, type BufferMirrorOptions } from "./buffer-mirror.ts";
