export { type FileMount, FileSpace, type FileSpaceOptions } from "./file-space.ts";
