import type { Cut, Operation, VirtualDisk } from "../support/virtual-disk/index.ts";
import { DiskProcess } from "./disk-place.ts";
import type { Ledger } from "./ledger.ts";
import type { FaultNode } from "./node.ts";
import { type FoundDatabase, readNode } from "./read-node.ts";
import type { Random } from "./workload.ts";

const PROBE = "probe";

/** How much of what a start can show is looked at. */
export interface Care {
  /** Let it sweep, expire, merge and take a snapshot. */
  readonly goOn: boolean;
  /** Write something, cut the power and start again. */
  readonly again: boolean;
}

/** Recovers what a power cut left, and says what is wrong. */
export async function problemOfImage(
  image: VirtualDisk,
  ledger: Ledger,
  moment: number,
  { goOn, again }: Care,
): Promise<string | undefined> {
  try {
    const problem = await problemOfStart(image, ledger, moment, async (node) => {
      if (goOn) await letWork(node);
      if (again) await node.write(PROBE, "probe value=1i 1");
      return goOn ? ledger.problem(await dataOf(node), moment) : undefined;
    });
    if (problem !== undefined || !again) return problem;
    const later = await problemOfStart(image.afterPowerCut("nothing"), ledger, moment, async (node) => {
      const probe = (await readNode(node)).get(PROBE)?.tables.get(PROBE);
      return probe?.size === 1 ? undefined : "the write after the power cut is lost";
    });
    return later && `the second time: ${later}`;
  } catch (error) {
    return String(error);
  }
}

async function problemOfStart(
  disk: VirtualDisk,
  ledger: Ledger,
  moment: number,
  use: (node: FaultNode) => Promise<string | undefined>,
): Promise<string | undefined> {
  const process = new DiskProcess(disk);
  try {
    const node = await process.start();
    const problem = ledger.problem(await dataOf(node), moment);
    return problem ?? (await use(node)) ?? problemOfMessages(node);
  } finally {
    process.kill();
  }
}

async function dataOf(node: FaultNode): Promise<Map<string, FoundDatabase>> {
  const found = await readNode(node);
  found.delete(PROBE);
  return found;
}

/** A torn tail may be told of, and nothing else. */
function problemOfMessages({ messages, fatal }: FaultNode): string | undefined {
  if (fatal.length > 0) return `the server would stop: ${fatal[0]!.message}`;
  const torn = messages.filter(({ text }) => text.startsWith("cut off an unfinished write"));
  if (torn.length > 1) return "a torn tail is reported twice";
  return messages.find((message) => !torn.includes(message))?.text;
}

async function letWork(node: FaultNode): Promise<void> {
  await node.clock.advance(300);
  await node.storage.snapshot();
  await node.clock.advance(300);
}

export interface ImagesOptions {
  /** The disk before the first operation of the tape. */
  readonly start: VirtualDisk;
  readonly tape: readonly Operation[];
  readonly ledger: Ledger;
  readonly random: Random;
  /** How many of the operations are followed by power cuts: each `every`-th. */
  readonly every: number;
  readonly imagesEach: number;
  /** Leaves operations out. */
  readonly without?: (operation: Operation, path: string) => boolean;
}

/** Cuts the power during a tape, and recovers what that leaves. */
export async function cutPower(options: ImagesOptions): Promise<{ images: number; problem?: string }> {
  const { start, tape, ledger, random, every, imagesEach, without } = options;
  const disk = start.afterPowerCut("everything");
  const names = new Map<number, string>();
  const offset = random(every);
  let images = 0;
  for (const [at, operation] of tape.entries()) {
    if (operation.op === "create") names.set(operation.file, operation.path);
    if (!without?.(operation, pathOf(operation, names))) disk.apply(operation);
    if (at % every !== offset) continue;
    for (let image = 0; image < imagesEach; image++) {
      const cut = oneCut(random, imagesEach === 1 ? random(8) : image);
      const care = { goOn: random(10) === 0, again: random(4) === 0 };
      images++;
      const what = typeof cut === "string" ? cut : "some";
      const problem = await problemOfImage(disk.afterPowerCut(cut), ledger, at + 1, care);
      if (problem !== undefined) {
        return { images, problem: `operation ${at + 1} of ${tape.length}, ${what} kept: ${problem}` };
      }
    }
  }
  return { images };
}

function oneCut(random: Random, number: number): Cut {
  if (number === 0) return "nothing";
  if (number === 1) return "everything";
  return { chance: () => random(1000) / 1000 };
}

function pathOf(operation: Operation, names: ReadonlyMap<number, string>): string {
  if ("path" in operation) return operation.path;
  if ("to" in operation) return operation.to;
  return names.get(operation.file) ?? "";
}
