import { Precision } from "@millrace/line-protocol";
import { BufferMirror, BufferStore } from "#src/buffer/index.js";
import { NodeCatalog } from "#src/catalog/index.js";
import { type Clock, type Limits, silentLogger, systemClock, unlimited } from "#src/foundation/index.js";
import {
  createWritePath,
  type RecoverableWritePath,
  type RecoverOptions,
  type WritePathOptions,
  type WriteRequest,
  type WriteResult,
} from "#src/ingest/index.js";
import { MemoryStore } from "#src/object-store/index.js";
import type { Wal } from "#src/wal/index.js";
import { type ReadRow, readRows } from "../buffer/read-view.ts";
import { inSeriesOrder, mergePoints } from "../buffer/write-rows.ts";
import { FakeWal } from "./fake-wal.ts";

export const NOW_NS = 1_700_000_000_123_456_789n;
const frozen: Clock = { ...systemClock, nowNs: () => NOW_NS };

export interface Rig<W extends Wal = Wal> {
  catalog: NodeCatalog;
  wal: W;
  buffer: BufferStore;
  mirror: BufferMirror;
  path: RecoverableWritePath;
  write(lines: string | Uint8Array, request?: Partial<WriteRequest>): Promise<WriteResult>;
}

export interface RigOptions<W extends Wal>
  extends Partial<Omit<WritePathOptions, "wal" | "catalog" | "buffer">> {
  catalogLimits?: Partial<Limits>;
  wal?: W;
  catalog?: NodeCatalog;
  recover?: RecoverOptions;
  /** Called before the recovery. */
  onRig?: (rig: Rig<W>) => void;
}

/** The write path over a real catalog in memory, a fake WAL, and a mirror that shows what queries would see. */
export async function rig<W extends Wal = FakeWal>(options: RigOptions<W> = {}): Promise<Rig<W>> {
  const { catalogLimits, wal: given, recover, onRig, ...rest } = options;
  const catalog =
    options.catalog ??
    (await NodeCatalog.open({
      store: new MemoryStore(),
      nodeId: "n1",
      logger: silentLogger,
      limits: { ...unlimited, ...catalogLimits },
    }));
  // Without a WAL of its own, W is the fake one.
  const wal = given ?? (new FakeWal({ immediate: true }) as Wal as W);
  const buffer = new BufferStore({ hashSeed: 5 });
  const mirror = new BufferMirror();
  buffer.onMessage((batch) => mirror.apply(batch));
  const path = createWritePath({ clock: frozen, logger: silentLogger, ...rest, catalog, wal, buffer });
  const write: Rig<W>["write"] = (lines, request) => {
    const body = typeof lines === "string" ? Buffer.from(lines) : lines;
    return path.write({
      database: "db",
      body: [body],
      sizeBytes: body.length,
      precision: Precision.nanosecond,
      acceptPartial: true,
      noSync: false,
      ...request,
    });
  };
  const made = { catalog, wal, buffer, mirror, path, write };
  onRig?.(made);
  await path.recover(recover);
  return made;
}

const READ_AS = { 1: "float", 2: "integer", 3: "unsigned", 4: "boolean", 5: "string" } as const;

/**
 * A table as a query would show it, or only the rows since a generation of the buffer: one object per row, absent
 * fields left out.
 */
export function rowsOf(
  { catalog, mirror }: Rig,
  table: string,
  database = "db",
  sinceGeneration = 0,
): Record<string, unknown>[] {
  const info = catalog.database(database)?.table(table);
  if (info === undefined) return [];
  const fields = info.columns.filter(({ kind }) => kind === "field");
  const readAs = Object.fromEntries(fields.map(({ id, fieldType }) => [id, READ_AS[fieldType!]]));
  const named = (row: ReadRow): Record<string, unknown> => ({
    ...Object.fromEntries(info.tags.map(({ name, tagIndex }) => [name, row.tags[tagIndex!]])),
    time: row.time,
    ...Object.fromEntries(
      fields.flatMap(({ id, name }) => (id in row.fields ? [[name, row.fields[id]]] : [])),
    ),
  });
  const generations = mirror
    .views(info.id)
    .filter(({ generation }) => generation >= sinceGeneration)
    .map((view) => readRows(view, info.tags.length, readAs));
  if (generations.length > 1) return inSeriesOrder(mergePoints(generations.flat())).map(named);
  return (generations[0] ?? []).map(named);
}
