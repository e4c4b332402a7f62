export type { Candidate, CandidateProvider, Candidates } from "./candidate.ts";
export { type ResolveOptions, resolve } from "./resolver.ts";
