import { PackageError } from "../foundation/index.ts";
import { markerHolds, type Requirement, targetEnvironment } from "../requirements/index.ts";
import { parseVersion } from "../versions/index.ts";
import type { Candidate, CandidateProvider, Candidates } from "./candidate.ts";
import { type Demand, demandsOf, describeDemand, meets, sameVersion, type Target } from "./demand.ts";

export interface ResolveOptions {
  readonly requirements: readonly Requirement[];
  /** Requirements of earlier installations, to be kept. */
  readonly earlier?: readonly Requirement[];
  /** Conditions on packages, if they are needed at all. */
  readonly constraints?: readonly Requirement[];
  readonly provider: CandidateProvider;
  readonly allowPrereleases?: boolean;
  /** Told, when all went well, what did not fit first: why some versions are not the newest. */
  readonly onCompromise?: (problem: string) => void;
  /** Candidates that are looked at before it gives up. */
  readonly maxSteps?: number;
}

/** What is left to try for a package. */
interface Choices {
  untried: readonly Candidate[];
  more: (() => Promise<readonly Candidate[]>) | undefined;
}

/** A package that has a version for now, and what is left to try. */
interface Decision {
  readonly target: Target;
  readonly choices: Choices;
  /** Earlier decisions that stand in the way of this one. */
  readonly blockers: Set<string>;
  candidate: Candidate;
  demands: readonly Demand[];
}

const MAX_STEPS = 10_000;
const PYTHON = parseVersion(targetEnvironment.python_full_version)!;

/** Chooses a version of everything that is needed; throws `resolution` with the first thing that did not fit. */
export async function resolve(options: ResolveOptions): Promise<Map<string, Candidate>> {
  return await new Resolver(options).run();
}

/**
 * Decides package by package, the newest version first. When nothing is left for a package, it goes back to the last
 * decision that has to do with it: decisions in between could be changed for ever without any effect.
 */
class Resolver {
  readonly #options: ResolveOptions;
  readonly #wanted: readonly Demand[];
  readonly #constraints: readonly Demand[];
  readonly #decisions: Decision[] = [];
  #firstProblem: string | undefined;
  #steps = 0;

  constructor(options: ResolveOptions) {
    const { requirements, earlier = [], constraints = [] } = options;
    this.#options = options;
    this.#wanted = [
      ...applying(requirements).flatMap((requirement) => demandsOf(requirement, { parent: undefined })),
      ...earlier.flatMap((requirement) =>
        demandsOf(requirement, { parent: undefined, reason: "an earlier installation asked for" }),
      ),
    ];
    this.#constraints = applying(constraints).flatMap((requirement) =>
      demandsOf({ ...requirement, extras: [] }, { parent: undefined, reason: "a constraint is" }),
    );
  }

  async run(): Promise<Map<string, Candidate>> {
    for (let next = this.#undecided(); next !== undefined; next = this.#undecided()) {
      const blockers = new Set<string>();
      const choices = await this.#choices(next, blockers);
      if (!(await this.#decide(next, choices, blockers))) await this.#goBack(blockers);
    }
    if (this.#firstProblem !== undefined) this.#options.onCompromise?.(this.#firstProblem);
    return new Map(
      this.#decisions
        .filter(({ target }) => target.extra === undefined)
        .map(({ target, candidate }) => [target.name, candidate]),
    );
  }

  /** What is demanded first of all that has no version; pinned packages come before others. */
  #undecided(): Target | undefined {
    const decided = new Set(this.#decisions.map(({ target }) => target.key));
    const open = this.#demands().filter(({ key }) => !decided.has(key));
    return (
      open.find(({ requirement }) => requirement.url !== undefined || requirement.specifiers.pins) ?? open[0]
    );
  }

  #demands(): Demand[] {
    return [...this.#wanted, ...this.#decisions.flatMap(({ demands }) => demands)];
  }

  /** The candidates that meet all demands. If there are none, `blockers` are the decisions that caused it. */
  async #choices(target: Target, blockers: Set<string>): Promise<Choices> {
    const demands = this.#demands().filter(
      ({ key, name, extra }) =>
        // What holds for a package holds for its extras.
        key === target.key || (target.extra !== undefined && name === target.name && extra === undefined),
    );
    for (const { parent } of demands) if (parent !== undefined) blockers.add(parent.key);
    const conditions = [
      ...demands,
      ...this.#constraints.filter(({ name }) => name === target.name),
      ...this.#samePackage(target, blockers),
    ];
    const { candidates, remark, more } = await this.#offered(target, demands);
    const fitting = (some: readonly Candidate[]): Candidate[] =>
      this.#withoutUnwanted(
        some.filter((candidate) => conditions.every((demand) => meets(candidate, demand))),
        conditions,
      );
    const all = async (): Promise<Candidate[]> => {
      const offered = more === undefined ? { candidates, remark } : await more();
      const chosen = fitting(offered.candidates);
      if (chosen.length === 0)
        this.#problem(describeDeadEnd(target, offered.candidates, conditions, offered.remark));
      return chosen;
    };
    const untried = fitting(candidates);
    return untried.length > 0 && more !== undefined
      ? { untried, more: async () => (await all()).filter((candidate) => !untried.includes(candidate)) }
      : { untried: await all(), more: undefined };
  }

  async #offered(target: Target, demands: readonly Demand[]): Promise<Candidates> {
    const { provider } = this.#options;
    const direct = demands.find(({ requirement }) => requirement.url !== undefined);
    if (direct === undefined) return await provider.candidates(target.name);
    return { candidates: [await provider.direct(direct.requirement)], remark: undefined };
  }

  /** An extra has no choice once its package is decided. */
  #samePackage({ name, extra, key }: Target, blockers: Set<string>): Demand[] {
    const decided =
      extra === undefined ? undefined : this.#decisions.find(({ target }) => target.key === name);
    if (decided === undefined) return [];
    blockers.add(name);
    return [sameVersion({ name, extra, key }, decided.candidate)];
  }

  /** Withdrawn versions only if they are pinned; pre-releases only if they are asked for or there is nothing else. */
  #withoutUnwanted(candidates: readonly Candidate[], demands: readonly Demand[]): Candidate[] {
    const specifiers = demands.map(({ requirement }) => requirement.specifiers);
    const pinned = specifiers.some(({ pins }) => pins);
    const offered = candidates.filter(({ yanked, url }) => !yanked || pinned || url !== undefined);
    const allowed =
      this.#options.allowPrereleases === true || specifiers.some(({ namesPrerelease }) => namesPrerelease);
    const final = offered.filter(({ version }) => !version.isPrerelease);
    return allowed || final.length === 0 ? offered : final;
  }

  async #decide(target: Target, choices: Choices, blockers: Set<string>): Promise<boolean> {
    for (let candidate = await take(choices); candidate !== undefined; candidate = await take(choices)) {
      const demands = await this.#demandsOfCandidate(target, candidate);
      const obstacle = demands === undefined ? undefined : this.#obstacle(demands);
      if (obstacle !== undefined) blockers.add(obstacle);
      if (demands === undefined || obstacle !== undefined) continue;
      this.#decisions.push({ target, choices, blockers, candidate, demands });
      // Their pages are fetched while others are decided; an error comes up again when it matters.
      for (const { name } of demands) this.#options.provider.candidates(name).catch(() => undefined);
      return true;
    }
    return false;
  }

  /** Undefined if the candidate cannot be used at all. */
  async #demandsOfCandidate(target: Target, candidate: Candidate): Promise<Demand[] | undefined> {
    const { maxSteps = MAX_STEPS } = this.#options;
    if (++this.#steps > maxSteps)
      throw this.#failure(`(gave up after ${maxSteps} attempts; pin some of the packages)`);
    // What the index says saves fetching the file.
    if (!this.#fitsPython(candidate, candidate.requiresPython)) return undefined;
    const metadata = await candidate.metadata();
    if (!this.#fitsPython(candidate, metadata.requiresPython)) return undefined;
    const parent = { key: target.key, candidate };
    const extras = target.extra === undefined ? [] : [target.extra];
    const demands = metadata.requires
      .filter(({ marker }) => marker === undefined || markerHolds(marker, extras))
      .flatMap((requirement) => demandsOf(requirement, { parent }));
    const selfish = demands.find((demand) => demand.key === target.key && !meets(candidate, demand));
    if (selfish !== undefined) {
      this.#problem(`${describeDemand(selfish)}, which it is not itself`);
      return undefined;
    }
    return target.extra === undefined ? demands : [sameVersion(target, candidate), ...demands];
  }

  #fitsPython({ name, version }: Candidate, needed: Candidate["requiresPython"]): boolean {
    if (needed === undefined || needed.allows(PYTHON)) return true;
    this.#problem(`${name} ${version.text} needs Python ${needed}, and plugins run in ${PYTHON.text}`);
    return false;
  }

  /** The decision that one of the demands contradicts. */
  #obstacle(demands: readonly Demand[]): string | undefined {
    for (const demand of demands) {
      const decision = this.#decisions.find(({ target }) => target.key === demand.key);
      if (decision === undefined || meets(decision.candidate, demand)) continue;
      const others = this.#demands().filter(({ key }) => key === demand.key);
      const because = others.map(describeDemand).join(" and ");
      this.#problem(`${describeDemand(demand)}, but ${because}`);
      return demand.key;
    }
    return undefined;
  }

  /** Takes back decisions until one of the blockers has something left to try. */
  async #goBack(blockers: Set<string>): Promise<void> {
    let reasons = blockers;
    for (let last = this.#decisions.pop(); last !== undefined; last = this.#decisions.pop()) {
      if (!reasons.has(last.target.key)) continue;
      for (const key of reasons) if (key !== last.target.key) last.blockers.add(key);
      if (await this.#decide(last.target, last.choices, last.blockers)) return;
      reasons = last.blockers;
    }
    throw this.#failure("");
  }

  /** The first problem met is about the newest versions: the one that users expect to read about. */
  #problem(text: string): void {
    this.#firstProblem ??= text;
  }

  #failure(suffix: string): PackageError {
    return new PackageError(
      "resolution",
      `${this.#firstProblem ?? "nothing fits together"} ${suffix}`.trim(),
    );
  }
}

async function take(choices: Choices): Promise<Candidate | undefined> {
  if (choices.untried.length === 0 && choices.more !== undefined) {
    choices.untried = await choices.more();
    choices.more = undefined;
  }
  const [candidate, ...rest] = choices.untried;
  choices.untried = rest;
  return candidate;
}

function applying(requirements: readonly Requirement[]): Requirement[] {
  return requirements.filter(({ marker }) => marker === undefined || markerHolds(marker));
}

function describeDeadEnd(
  { name }: Target,
  candidates: readonly Candidate[],
  demands: readonly Demand[],
  remark: string | undefined,
): string {
  const [first, ...others] = demands.map(describeDemand);
  if (candidates.length === 0) return `${first}, but ${remark ?? `there is no package ${name}`}`;
  const unmet = demands.filter((demand) => !candidates.some((candidate) => meets(candidate, demand)));
  if (unmet.length > 0 || others.length === 0) {
    const offered = candidates.slice(0, 8).map(({ version }) => version.text);
    const listed = candidates.length > offered.length ? `${offered.join(", ")}, …` : offered.join(", ");
    const versions = `the versions that can be installed are ${listed}`;
    const asked = unmet.length > 0 ? describeDemand(unmet[0]!) : first;
    return `${asked}, but ${versions}${remark === undefined ? "" : `; ${remark}`}`;
  }
  return `${[...others].reverse().join(" and ")}, but ${first}`;
}
