import path from "node:path";
import { PackageError } from "../foundation/index.ts";
import {
  type Metadata,
  parseMetadata,
  parseRecord,
  type RecordedFile,
  type RecordedHash,
} from "../wheel/index.ts";
import type { EnvironmentFileSystem } from "./file-system.ts";
import type { PackageEntry } from "./manifest.ts";

/** A file with what RECORD says about it. */
export interface HashedFile extends RecordedFile {
  readonly hash: RecordedHash;
}

/** A package of the current generation. */
export interface InstalledPackage {
  readonly entry: PackageEntry;
  readonly metadata: Metadata;
  readonly sitePackages: string;
  readonly files: readonly HashedFile[];
}

export async function readInstalled(
  files: EnvironmentFileSystem,
  entry: PackageEntry,
  sitePackages: string,
): Promise<InstalledPackage> {
  const text = async (name: string): Promise<string> => {
    const file = path.join(sitePackages, entry.infoDirectory, name);
    const bytes = await files.read(file);
    if (bytes !== undefined) return new TextDecoder().decode(bytes);
    throw new PackageError(
      "environment",
      `${file} is missing: the environment was changed by hand. Remove its directory and install the packages again`,
    );
  };
  const recorded: HashedFile[] = [];
  for (const { path: file, hash, sizeBytes } of parseRecord(await text("RECORD")).values())
    if (hash !== undefined) recorded.push({ path: file, hash, sizeBytes });
  return {
    entry,
    metadata: parseMetadata(await text("METADATA"), `${entry.name} ${entry.version}`),
    sitePackages,
    files: recorded,
  };
}
