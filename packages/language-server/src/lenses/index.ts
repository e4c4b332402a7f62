export { entryPointLenses, type LensArguments } from "./entry-point-lenses.ts";
