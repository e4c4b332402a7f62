export { ObjectWal, type ObjectWalOptions } from "./object-wal.ts";
