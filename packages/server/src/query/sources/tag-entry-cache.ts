import type { TableView } from "../../buffer/index.ts";
import { TagEntries } from "../execute/index.ts";

/** Ready-made entries of tag values, kept between queries: each generation of a table numbers its values anew. */
export class TagEntryCache {
  /** Table id → generation → tag index → entries. */
  readonly #tables = new Map<number, Map<number, Map<number, TagEntries>>>();

  of({ tableId, generation }: TableView, tagIndex: number): TagEntries {
    const ofTable = opened(this.#tables, tableId, () => new Map<number, Map<number, TagEntries>>());
    const ofView = opened(ofTable, generation, () => new Map<number, TagEntries>());
    return opened(ofView, tagIndex, () => new TagEntries());
  }

  forgetTable(tableId: number): void {
    this.#tables.delete(tableId);
  }

  forgetGeneration(generation: number): void {
    for (const [tableId, generations] of this.#tables) {
      generations.delete(generation);
      if (generations.size === 0) this.#tables.delete(tableId);
    }
  }
}

function opened<K, V>(map: Map<K, V>, key: K, create: () => V): V {
  let value = map.get(key);
  if (value === undefined) {
    value = create();
    map.set(key, value);
  }
  return value;
}
