export { type PackageClock, sleep } from "./clock.ts";
export { PackageError, type PackageErrorKind } from "./errors.ts";
export { inPortions } from "./in-portions.ts";
export { codeOf, reasonOf, shownUrl } from "./text.ts";
