export { errorCatalogue, errorSections } from "./catalogue.ts";
export type { CatalogueEntry, ErrorBodyStyle } from "./entry.ts";
