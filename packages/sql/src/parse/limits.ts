import { PlanError, resourcesError } from "../errors/index.ts";
import { scanTokens } from "./scan.ts";

/** Longest statement accepted, in UTF-16 units. */
export const MAX_SQL_LENGTH = 1_048_576;

/**
 * The parser and its tree recurse once per operator of a chain and once per bracket. Its stack holds about 680
 * levels, and running out of it leaves the parser unusable, so deeper text must never get there.
 */
export const MAX_SQL_DEPTH = 500;

/** The parser itself stops at about 47 nested brackets; more of them is only hostile. */
const MAX_BRACKETS = 200;

const CHAINING_WORDS = new Set(
  "not xor is isnull notnull between like ilike similar in at interval pivot unpivot explain desc describe prepare while analyze collate over if begin div overlaps rlike regexp match mod".split(
    " ",
  ),
);
const LOGICAL_WORDS = new Set(["and", "or"]);
/** These start a new chain, unless they stand where an operand is due: the parser takes them as names there. */
const CLAUSE_WORDS = new Set("select from where group having order limit join on when then else".split(" "));

/**
 * Where text inside one of these does not parse, the parser starts over and reads the word as a plain name: each one
 * around another doubles the work, so only so many may nest. POSITION tries twice.
 */
const MAX_RETRIES = 15;
const RETRIED_WORDS: ReadonlyMap<string, number> = new Map([
  ...wordsOf(
    "not cast try_cast safe_cast convert try_convert ceil floor extract substring substr trim overlay case exists interval struct array any all date time timestamp current_date current_time current_timestamp localtime localtimestamp",
  ).map((word) => [word, 1] as const),
  ["position", 2],
]);

function wordsOf(list: string): readonly string[] {
  return list.split(" ");
}

/** Depth of one bracket level: brackets, operator chains and set operations inside it. */
interface Level {
  logical: number;
  logicalOps: number;
  ops: number;
  inner: number;
  deepest: number;
  setOperations: number;
  /** How often the parser may start over for what is inside, as a power of two. */
  readonly retries: number;
  /** Words of the current term that make it start over; NOT does so for all of the term. */
  pendingRetries: number;
  nots: number;
}

function newLevel(retries: number): Level {
  return {
    logical: 0,
    logicalOps: 0,
    ops: 0,
    inner: 0,
    deepest: 0,
    setOperations: 0,
    retries,
    pendingRetries: 0,
    nots: 0,
  };
}

function endTerm(level: Level): void {
  level.logicalOps = Math.max(level.logicalOps, level.ops + level.inner);
  level.ops = 0;
  level.inner = 0;
  level.pendingRetries = 0;
  level.nots = 0;
}

function endSegment(level: Level): void {
  endTerm(level);
  level.deepest = Math.max(level.deepest, level.logical + level.logicalOps);
  level.logical = 0;
  level.logicalOps = 0;
}

function depthOf(level: Level): number {
  endSegment(level);
  return level.deepest + level.setOperations;
}

/** Refuses text that the parser could not take. Throws PlanError. */
export function checkLimits(text: string): void {
  if (text.length > MAX_SQL_LENGTH) {
    throw resourcesError(
      `the statement has ${text.length} characters, more than ${MAX_SQL_LENGTH}. Split it or move values into parameters`,
    );
  }
  const levels: Level[] = [newLevel(0)];
  let awaitsOperand = false;
  let previous = "";
  for (const token of scanTokens(text)) {
    const level = levels[levels.length - 1]!;
    const word = token.kind === "word" ? text.slice(token.start, token.end).toLowerCase() : "";
    if (token.kind === "open") openLevel(levels);
    else if (token.kind === "close") closeLevel(levels);
    else if (token.kind === "comma") endSegment(level);
    else if (token.kind === "operator") level.ops++;
    else if (word !== "") countWord(levels, word, awaitsOperand);
    // One interval inside another means nothing, and costs the parser far more stack than an operator.
    if (word === "interval" && previous === "interval") throw tooDeep();
    awaitsOperand = token.kind === "operator" || CHAINING_WORDS.has(word) || LOGICAL_WORDS.has(word);
    previous = word;
    if (level.ops + level.logical + level.setOperations > MAX_SQL_DEPTH) throw tooDeep();
  }
  while (levels.length > 1) closeLevel(levels);
  if (depthOf(levels[0]!) > MAX_SQL_DEPTH) throw tooDeep();
}

function openLevel(levels: Level[]): void {
  // A bracket after a value is one more link of that value's chain: a[1][2].
  const outer = levels[levels.length - 1]!;
  outer.ops++;
  const retries = outer.retries + outer.pendingRetries;
  if (retries > MAX_RETRIES) throw new PlanError("parse", "SQL error: RecursionLimitExceeded");
  levels.push(newLevel(retries));
  if (levels.length > MAX_BRACKETS) throw new PlanError("parse", "SQL error: RecursionLimitExceeded");
}

function closeLevel(levels: Level[]): void {
  if (levels.length === 1) return;
  const inner = depthOf(levels.pop()!) + 1;
  const level = levels[levels.length - 1]!;
  level.inner = Math.max(level.inner, inner);
  level.pendingRetries = level.nots;
  if (inner > MAX_SQL_DEPTH) throw tooDeep();
}

function countWord(levels: Level[], word: string, isOperand: boolean): void {
  const level = levels[levels.length - 1]!;
  level.pendingRetries += RETRIED_WORDS.get(word) ?? 0;
  if (word === "not") level.nots++;
  if (LOGICAL_WORDS.has(word)) {
    endTerm(level);
    level.logical++;
  } else if (word === "union" || word === "intersect" || word === "except") {
    endSegment(level);
    level.setOperations++;
  } else if (word === "case") openLevel(levels);
  else if (word === "end") closeLevel(levels);
  else if (CHAINING_WORDS.has(word)) level.ops++;
  else if (CLAUSE_WORDS.has(word) && !isOperand) endSegment(level);
}

function tooDeep(): PlanError {
  return resourcesError(
    `the statement nests more than ${MAX_SQL_DEPTH} operators. Use IN (…) instead of long OR chains, or split it`,
  );
}
