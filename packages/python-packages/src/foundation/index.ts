export { type PackageClock, sleep, systemClock } from "./clock.ts";
export { PackageError, type PackageErrorKind } from "./errors.ts";
export { inPortions } from "./in-portions.ts";
export { codeOf, reasonOf, shownUrl } from "./text.ts";
