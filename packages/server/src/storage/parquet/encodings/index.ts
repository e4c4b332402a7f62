export { packValues, unpackValues, widthOf } from "./bit-packing.ts";
export { readDeltas } from "./delta-reader.ts";
export { writeDeltas } from "./delta-writer.ts";
export { type LevelTarget, readLevels, writeLevels } from "./levels.ts";
export { RunReader } from "./run-reader.ts";
export { RunWriter } from "./run-writer.ts";
