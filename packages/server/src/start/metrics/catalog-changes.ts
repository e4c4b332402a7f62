import type { Catalog, CatalogChange } from "../../catalog/index.ts";

/** Counts what changes from now on. */
export function countCatalogChanges(
  catalog: Pick<Catalog, "onChange">,
): ReadonlyMap<CatalogChange["kind"], number> {
  const counts = new Map<CatalogChange["kind"], number>();
  catalog.onChange(({ kind }) => counts.set(kind, (counts.get(kind) ?? 0) + 1));
  return counts;
}
