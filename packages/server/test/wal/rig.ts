import { silentLogger, systemClock } from "#src/foundation/index.js";
import {
  GroupWriter,
  nodeWalFileSystem,
  type OpenWalOptions,
  openWal,
  type ReplayedEntry,
  type ReplayResult,
  SegmentWriter,
  type StartWorker,
  type Wal,
  type WalFileSystem,
} from "#src/wal/index.js";

export const config = {
  flushIntervalMs: 1000,
  maxBufferedWrites: 1000,
  stagingBytes: 64 * 1024 * 1024,
  recover: false,
  flushesPerSnapshot: 600,
};

let randomCounter = 0;

export function countingRandom(sizeBytes: number): Uint8Array {
  const bytes = Buffer.alloc(sizeBytes, 0xa5);
  bytes.writeUInt32LE(++randomCounter);
  return bytes;
}

/** The worker's work on this thread, one message a turn, over a file system of the test's choice. */
export function inlineWorker(fs: WalFileSystem = nodeWalFileSystem): StartWorker {
  return (data, handlers) => {
    const segments = new SegmentWriter({ ...data, fs, random: countingRandom, clock: systemClock });
    const writer = new GroupWriter(segments, (message) => setImmediate(() => handlers.onMessage(message)));
    return {
      post: (message) =>
        setImmediate(() => {
          writer.handle(message);
          if (message.kind === "trim") while (writer.work());
        }),
      terminate: () => segments.close(),
    };
  };
}

export interface Events {
  sealed: number[];
  durable: number[];
  failed: number[];
}

export interface WalRig {
  readonly wal: Wal;
  readonly events: Events;
  readonly replayed: string[];
  readonly result: ReplayResult;
  /** Resolves when the text is durable. */
  write(text: string, more?: { noSync?: boolean; databaseId?: number }): Promise<void>;
}

export const fatalErrors: Error[] = [];

export type RigOptions = Partial<OpenWalOptions> & { after?: number };

export async function openRig(
  nodeDirectory: string | undefined,
  { after = 0, ...options }: RigOptions = {},
): Promise<WalRig> {
  const wal = openWal({
    config,
    nodeDirectory,
    logger: silentLogger,
    clock: systemClock,
    startWorker: inlineWorker(options.fs),
    onFatal: (error) => void fatalErrors.push(error),
    ...options,
  });
  const replayed: string[] = [];
  const result = await wal.replay((entry) => void replayed.push(textOf(entry)), { after });
  const events: Events = { sealed: [], durable: [], failed: [] };
  wal.start({
    onSeal: (group) => void events.sealed.push(group),
    onDurable: (group) => void events.durable.push(group),
    onFailed: (group) => void events.failed.push(group),
  });
  return {
    wal,
    events,
    replayed,
    result,
    write: (text, more) =>
      new Promise((resolve, reject) => {
        const bytes = Buffer.from(text);
        const slice = wal.reserve(bytes.length);
        slice.bytes.set(bytes);
        const entry = { databaseId: 1, catalogSequence: 2, precision: 3, defaultTimeNs: -4n, ...more };
        wal.append({ ...entry, slice, length: bytes.length }, (error) => (error ? reject(error) : resolve()));
      }),
  };
}

export function textOf(entry: ReplayedEntry): string {
  return Buffer.from(entry.bytes).toString("utf8");
}

/** Writes each text as a group of its own. */
export async function writeGroups(
  nodeDirectory: string,
  texts: string[],
  segmentBytes?: number,
): Promise<void> {
  const rig = await openRig(nodeDirectory, segmentBytes === undefined ? {} : { segmentBytes });
  for (const text of texts) await rig.write(text);
  await rig.wal.close();
}

/** Reads the log without starting it. */
export async function replayOnly(
  nodeDirectory: string | undefined,
  { after = 0, ...options }: RigOptions = {},
): Promise<{ texts: string[]; entries: ReplayedEntry[]; result: ReplayResult }> {
  const wal = openWal({
    config,
    nodeDirectory,
    logger: silentLogger,
    onFatal: () => {},
    ...options,
  });
  const texts: string[] = [];
  const entries: ReplayedEntry[] = [];
  const result = await wal.replay(
    (entry) => {
      texts.push(textOf(entry));
      entries.push({ ...entry, bytes: entry.bytes.slice() });
    },
    { after },
  );
  return { texts, entries, result };
}

/** Numbers that a seed repeats. */
export function randomOf(seed: number): { seed: number; random: (bound: number) => number } {
  let state = seed;
  const random = (bound: number) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    return (state >> 8) % bound;
  };
  return { seed, random };
}
