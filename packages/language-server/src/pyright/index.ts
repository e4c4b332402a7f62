export { type PrivateRoot, preparePrivateRoot, type RootOptions } from "./private-root.ts";
export { TypeChecker, type TypeCheckerOptions } from "./type-checker.ts";
