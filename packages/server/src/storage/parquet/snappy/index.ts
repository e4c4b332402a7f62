export { compress } from "./compress.ts";
export { uncompress } from "./uncompress.ts";
