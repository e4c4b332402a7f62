import type { FoundDatabase, FoundTable } from "./read-node.ts";

/** Something that was asked for, and when: moments are lengths of the disk's tape. */
export interface Sent {
  readonly sentAt: number;
  /** When it was known to have happened. */
  ackAt: number;
  /** It was answered with an error. */
  refused?: boolean;
}

export interface Deletion extends Sent {
  /** When it was known not to have happened. */
  droppedAt: number;
}

export interface Line {
  readonly table: string;
  readonly point: string;
  /** Text as a reader finds it, by field. */
  readonly values: Readonly<Record<string, string>>;
  /** Its database may come to keep nothing of this age. */
  readonly isOld: boolean;
}

interface Version {
  readonly value: string;
  readonly write: Sent;
}

interface Point {
  readonly isOld: boolean;
  readonly fields: Map<string, Version[]>;
}

const NEVER = Number.POSITIVE_INFINITY;

/** A database or table from its creation to its deletion. */
class Life {
  readonly proofs: Sent[] = [];
  readonly deletions: Deletion[] = [];

  get wasDeleted(): boolean {
    return this.deletions.some(({ ackAt }) => ackAt < NEVER);
  }

  isGone(moment: number): boolean {
    return this.deletions.some(({ ackAt }) => ackAt <= moment);
  }

  /** It is being deleted: what is found of it may be all or nothing. */
  isDoomed(moment: number): boolean {
    return this.deletions.some(
      ({ sentAt, ackAt, droppedAt }) => sentAt <= moment && moment < ackAt && moment < droppedAt,
    );
  }

  mustBeThere(moment: number): boolean {
    return !this.isDoomed(moment) && this.proofs.some(({ ackAt }) => ackAt <= moment);
  }
}

class TableLife extends Life {
  readonly points = new Map<string, Point>();
}

class DatabaseLife extends Life {
  readonly retentions: (Sent & { readonly periodNs: bigint | null })[] = [];
  readonly tables = new Map<string, TableLife[]>();
}

/** What a node was asked to keep, and what it said it kept; finds what is wrong with what it has. */
export class Ledger {
  readonly #databases = new Map<string, DatabaseLife[]>();

  write(database: string, lines: readonly Line[], moment: number): Sent {
    const write = { sentAt: moment, ackAt: NEVER };
    const life = this.#database(database);
    life.proofs.push(write);
    for (const { table, point, values, isOld } of lines) {
      const rows = current(life.tables, table, () => new TableLife());
      rows.proofs.push(write);
      const known = rows.points.get(point) ?? { isOld, fields: new Map<string, Version[]>() };
      rows.points.set(point, known);
      for (const [field, value] of Object.entries(values)) {
        known.fields.set(field, [...(known.fields.get(field) ?? []), { value, write }]);
      }
    }
    return write;
  }

  createTable(database: string, table: string, moment: number): Sent {
    const created = { sentAt: moment, ackAt: NEVER };
    const life = this.#database(database);
    life.proofs.push(created);
    current(life.tables, table, () => new TableLife()).proofs.push(created);
    return created;
  }

  setRetention(database: string, periodNs: bigint | null, moment: number): Sent {
    const set = { sentAt: moment, ackAt: NEVER, periodNs };
    this.#database(database).retentions.push(set);
    return set;
  }

  deleteDatabase(database: string, moment: number): Deletion {
    const deletion = { sentAt: moment, ackAt: NEVER, droppedAt: NEVER };
    this.#database(database).deletions.push(deletion);
    return deletion;
  }

  deleteTable(database: string, table: string, moment: number): Deletion {
    const deletion = { sentAt: moment, ackAt: NEVER, droppedAt: NEVER };
    current(this.#database(database).tables, table, () => new TableLife()).deletions.push(deletion);
    return deletion;
  }

  /** What a node shows after a start must stay, acknowledged or not. */
  confirm(found: ReadonlyMap<string, FoundDatabase>, moment: number): void {
    for (const [name, { tables }] of found) {
      const database = this.#databases.get(name)?.at(-1);
      for (const [tableName, rows] of tables) {
        const points = database?.tables.get(tableName)?.at(-1)?.points;
        for (const [point, fields] of rows) {
          for (const [field, value] of fields) {
            const versions = points?.get(point)?.fields.get(field) ?? [];
            const written = versions.filter((one) => one.value === value);
            // Truth values tell nothing: two writes may have the same.
            if (written.length === 1) written[0]!.write.ackAt = Math.min(written[0]!.write.ackAt, moment);
          }
        }
      }
    }
  }

  /** Whether a node shows something of a write that it has refused; until it is started again, it must not. */
  showsRefused(found: ReadonlyMap<string, FoundDatabase>): boolean {
    for (const [name, { tables }] of found) {
      for (const [tableName, rows] of tables) {
        const points = this.#databases.get(name)?.at(-1)?.tables.get(tableName)?.at(-1)?.points;
        for (const [point, fields] of rows) {
          for (const [field, value] of fields) {
            const versions = points?.get(point)?.fields.get(field) ?? [];
            const written = versions.filter((one) => one.value === value);
            if (written.length > 0 && written.every(({ write }) => write.refused)) return true;
          }
        }
      }
    }
    return false;
  }

  /** The first thing that is wrong with what a node shows of the disk as it was at that moment. */
  problem(found: ReadonlyMap<string, FoundDatabase>, moment: number): string | undefined {
    for (const name of found.keys()) {
      if (!this.#databases.has(name)) return `database ${name} was never created`;
    }
    for (const [name, lives] of this.#databases) {
      const problem = problemOfDatabase(lives, found.get(name), moment);
      if (problem !== undefined) return `database ${name}: ${problem}`;
    }
    return undefined;
  }

  #database(name: string): DatabaseLife {
    return current(this.#databases, name, () => new DatabaseLife());
  }
}

/** The life that goes on, or the next one. */
function current<T extends Life>(all: Map<string, T[]>, name: string, create: () => T): T {
  const lives = all.get(name) ?? [];
  all.set(name, lives);
  const last = lives.at(-1);
  if (last !== undefined && !last.wasDeleted) return last;
  const next = create();
  lives.push(next);
  return next;
}

function problemOfDatabase(
  lives: readonly DatabaseLife[],
  found: FoundDatabase | undefined,
  moment: number,
): string | undefined {
  const life = lives.find((one) => !one.isGone(moment));
  if (life === undefined) return found && "it was deleted and is back";
  if (found === undefined) return life.mustBeThere(moment) ? "it is lost" : undefined;
  const allowed = allowedOf(life.retentions, moment);
  const retention = found.retentionPeriodNs;
  const isFirst = allowed.length === life.retentions.filter(({ sentAt }) => sentAt <= moment).length;
  const isKnown = allowed.some(({ periodNs }) => periodNs === retention);
  if (!isKnown && !(isFirst && retention === null && !allowed.some(({ ackAt }) => ackAt <= moment))) {
    return `its retention period is ${retention}`;
  }
  const mayExpire = life.retentions.some(({ sentAt, periodNs }) => sentAt <= moment && periodNs !== null);
  for (const name of found.tables.keys()) {
    if (!life.tables.has(name)) return `table ${name} was never created`;
  }
  for (const [name, tables] of life.tables) {
    const table = tables.find((one) => !one.isGone(moment));
    const isDoomed = life.isDoomed(moment);
    const problem = problemOfTable(table, found.tables.get(name), { moment, mayExpire, isDoomed });
    if (problem !== undefined) return `table ${name}: ${problem}`;
  }
  return undefined;
}

/** The last that is known to have happened, and those after it that may have. */
function allowedOf<T extends Sent>(all: readonly T[], moment: number): readonly T[] {
  const sent = all.filter(({ sentAt }) => sentAt <= moment);
  return sent.slice(
    Math.max(
      0,
      sent.findLastIndex(({ ackAt }) => ackAt <= moment),
    ),
  );
}

interface Circumstances {
  readonly moment: number;
  readonly mayExpire: boolean;
  readonly isDoomed: boolean;
}

function problemOfTable(
  life: TableLife | undefined,
  found: FoundTable | undefined,
  { moment, mayExpire, isDoomed }: Circumstances,
): string | undefined {
  if (life === undefined) return found && "it was deleted and is back";
  if (found === undefined) return life.mustBeThere(moment) && !isDoomed ? "it is lost" : undefined;
  for (const [point, fields] of found) {
    for (const field of fields.keys()) {
      if (!life.points.get(point)?.fields.has(field)) return `${field} of ${point} was never sent`;
    }
  }
  for (const [point, { isOld, fields }] of life.points) {
    for (const [field, versions] of fields) {
      const value = found.get(point)?.get(field);
      const problem = problemOfValue(versions, value, moment, isOld && mayExpire);
      if (problem !== undefined) return `${field} of ${point} ${problem}`;
    }
  }
  return undefined;
}

function problemOfValue(
  versions: readonly Version[],
  value: string | undefined,
  moment: number,
  mayBeMissing: boolean,
): string | undefined {
  const last = versions.findLastIndex(({ write }) => write.ackAt <= moment);
  const at = versions.findLastIndex((version) => version.value === value && version.write.sentAt <= moment);
  if (value === undefined) return last < 0 || mayBeMissing ? undefined : "is lost";
  if (at < 0) return `is ${value}, which was not sent`;
  return at < last && !mayBeMissing
    ? `is ${value} again, and was ${versions[last]!.value} already`
    : undefined;
}
