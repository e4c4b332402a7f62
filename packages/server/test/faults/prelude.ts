import { silentLogger } from "#src/foundation/index.js";
import { Manifest } from "#src/storage/file-index/index.js";
import { countingRandom } from "../storage-engine/rig.ts";
import { VirtualDisk } from "../support/virtual-disk/index.ts";
import { DiskProcess } from "./disk-place.ts";
import { NODE_ID } from "./node.ts";

/** Checkpoints are written every hundred commits: the second one removes logs. */
const COMMITS_BEFORE = 195;

/** A disk whose catalog and manifests are about to get their second checkpoints; everything on it is synced. */
export async function agedDisk(): Promise<VirtualDisk> {
  const disk = new VirtualDisk();
  const process = new DiskProcess(disk);
  const node = await process.start();
  const { tokenCommands } = node.catalog;
  await tokenCommands.createAdmin();
  for (let commit = 2; commit < COMMITS_BEFORE; commit++) await tokenCommands.regenerateAdmin();
  await node.close();
  const manifest = await Manifest.open({
    store: process.place.store,
    nodeId: NODE_ID,
    random: countingRandom,
    logger: silentLogger,
    catalog: node.catalog,
  });
  for (let commit = 0; commit < COMMITS_BEFORE; commit++) await manifest.claim();
  await manifest.close();
  return disk.afterPowerCut("everything");
}
