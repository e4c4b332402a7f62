export { diskReader } from "./disk-reader.ts";
export { type Marker, markerHolds, parseMarker } from "./marker.ts";
export { normalizeName } from "./names.ts";
export { parseRequest } from "./request.ts";
export { formatRequirement, parseRequirement, type Requirement, showRequirement } from "./requirement.ts";
export {
  type FileIndexOptions,
  type Requirements,
  type RequirementsReader,
  readRequirements,
} from "./requirements-file.ts";
export { type MarkerEnvironment, PYTHON_SERIES, targetEnvironment } from "./target.ts";
