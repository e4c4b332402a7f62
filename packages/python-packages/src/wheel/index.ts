export { digest, isStrongHash } from "./digest.ts";
export { parseSourceArchiveName, parseWheelName, type WheelName } from "./file-name.ts";
export { type Metadata, parseMetadata } from "./metadata.ts";
export { formatRecord, parseRecord, type RecordedFile, type RecordedHash } from "./record.ts";
export { hasLoadableSources, isLoadable } from "./tags.ts";
export { CompiledWheelError, Wheel, type WheelFile } from "./wheel.ts";
export type { ArchiveLimits } from "./zip-archive.ts";
