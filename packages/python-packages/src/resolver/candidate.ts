import type { Requirement } from "../requirements/index.ts";
import type { Specifiers, Version } from "../versions/index.ts";
import type { Metadata } from "../wheel/index.ts";

/** One version of a package that could be installed. */
export interface Candidate {
  /** Normalized. */
  readonly name: string;
  readonly version: Version;
  /** The one file that a requirement named; undefined if it was found by name. */
  readonly url: string | undefined;
  readonly yanked: boolean;
  readonly requiresPython: Specifiers | undefined;
  /** May fetch the wheel. */
  metadata(): Promise<Metadata>;
}

export interface Candidates {
  /** Best first. */
  readonly candidates: readonly Candidate[];
  /** Why there are no others, as a sentence about the package; for messages. */
  readonly remark: string | undefined;
  /** All there is, where finding out takes a while: asked only if none of the candidates can be taken. */
  readonly more?: () => Promise<Candidates>;
}

/** Where the resolver learns what there is. */
export interface CandidateProvider {
  candidates(name: string): Promise<Candidates>;
  /** The wheel that a requirement names by its address. */
  direct(requirement: Requirement): Promise<Candidate>;
}
