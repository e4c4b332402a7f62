import { type Requirement, showRequirement } from "../requirements/index.ts";
import { Specifiers } from "../versions/index.ts";
import type { Candidate } from "./candidate.ts";

/** A package, or a package with one of its extras: what gets a version of its own. */
export interface Target {
  readonly key: string;
  readonly name: string;
  readonly extra: string | undefined;
}

/** A requirement and who has it. */
export interface Demand extends Target {
  readonly requirement: Requirement;
  /** The chosen candidate whose metadata have the requirement; undefined: the user. */
  readonly parent: { readonly key: string; readonly candidate: Candidate } | undefined;
  /** For what the user did not ask for right now. */
  readonly reason: string | undefined;
  /** An extra belongs to exactly this candidate of its package. */
  readonly exactly: Candidate | undefined;
}

export type Origin = Pick<Demand, "parent"> & { readonly reason?: string };

/** A requirement demands its package and each extra that it names. */
export function demandsOf(requirement: Requirement, { parent, reason }: Origin): Demand[] {
  const { name, extras } = requirement;
  return [undefined, ...extras].map((extra) => ({
    ...target(name, extra),
    requirement,
    parent,
    reason,
    exactly: undefined,
  }));
}

/** An extra needs the package that it is an extra of, in the same version. */
export function sameVersion(extra: Target, candidate: Candidate): Demand {
  return {
    ...target(extra.name, undefined),
    requirement: {
      name: extra.name,
      extras: [],
      specifiers: Specifiers.parse(`==${candidate.version.text}`)!,
      url: candidate.url,
      marker: undefined,
      hashes: [],
    },
    parent: { key: extra.key, candidate },
    reason: undefined,
    exactly: candidate,
  };
}

export function meets(candidate: Candidate, { requirement, exactly }: Demand): boolean {
  if (exactly !== undefined) return candidate.version.text === exactly.version.text;
  if (requirement.url !== undefined) return candidate.url === requirement.url;
  return requirement.specifiers.allows(candidate.version);
}

/** `a 2.0 needs b<1`, `you asked for b>=2` */
export function describeDemand({ requirement, parent, reason }: Demand): string {
  const what = showRequirement(requirement);
  if (parent === undefined) return reason === undefined ? `you asked for ${what}` : `${reason} ${what}`;
  return `${parent.candidate.name} ${parent.candidate.version.text} needs ${what}`;
}

function target(name: string, extra: string | undefined): Target {
  return { key: extra === undefined ? name : `${name}[${extra}]`, name, extra };
}
