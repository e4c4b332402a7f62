export { checkHashes, type FileStore } from "./file-store.ts";
export { type IndexesOptions, type IndexPlaces, PackageIndexes } from "./package-indexes.ts";
export { fileNameOf, type ProjectFile, splitFragment } from "./project-file.ts";
export { type HttpRequest, type HttpResponse, TooLargeError, type Transport } from "./transport.ts";
