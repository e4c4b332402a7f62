export { type CaseFile, loadCaseFile, rangeOfNode } from "./case-file.ts";
export { triggerOf } from "./entry-tests.ts";
export { listTests } from "./list-tests.ts";
export { caseId, entryPointId, readTestId, type TestReference } from "./test-ids.ts";
