export { type FileMount, FileSpace, type FileSpaceOptions } from "./file-space.ts";
export { type PluginPlace, shownBeside } from "./shown-beside.ts";
