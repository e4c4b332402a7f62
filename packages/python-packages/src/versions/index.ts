export { Specifiers } from "./specifiers.ts";
export { compareVersions, parseVersion, type Version } from "./version.ts";
