/** Number of runs of a random test: twenty times as many in the full test run. fast-check prints failing seeds. */
export function runs(count: number): { numRuns: number } {
  return { numRuns: process.env["MILLRACE_TEST_FULL"] === "1" ? count * 20 : count };
}
