export { type CheckerFinding, type ReadFinding, readFindings } from "./read-findings.ts";
