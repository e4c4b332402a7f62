import type { BufferStore, TableBuffer, TablePosition } from "../../buffer/index.ts";
import type { WalEvents } from "../../wal/index.ts";
import type { AcceptedWrite } from "../types.ts";
import type { Deliveries } from "./deliveries.ts";

type Positions = readonly (readonly [TableBuffer, TablePosition])[];

interface Group {
  /** How far each table that the group wrote to may be shown once the group is durable. */
  readonly positions: Map<TableBuffer, TablePosition>;
  readonly writes: AcceptedWrite[];
}

export interface CommitGroupsOptions {
  readonly store: BufferStore;
  readonly deliveries: Deliveries;
  /** The buffer was cut back to the durable rows. */
  onRowsLost(error: Error): void;
}

/** Ties the rows in the buffer to the WAL's commit groups: rows show when, and only when, their group is durable. */
export class CommitGroups implements WalEvents {
  /** Changes whenever rows above the durable ones were cut off. */
  losses = 0;
  #open = emptyGroup();
  readonly #sealed = new Map<number, Group>();
  readonly #options: CommitGroupsOptions;

  constructor(options: CommitGroupsOptions) {
    this.#options = options;
  }

  /** Must come before the entry is appended: appending may seal the group at once. */
  add(positions: Positions, write: AcceptedWrite | undefined): void {
    for (const [table, position] of positions) this.#open.positions.set(table, position);
    if (write !== undefined) this.#open.writes.push(write);
  }

  /** The entry added last was not taken after all. */
  retract(positionsBefore: Positions, write: AcceptedWrite | undefined): void {
    for (const [table, position] of positionsBefore) this.#open.positions.set(table, position);
    if (write !== undefined) this.#open.writes.pop();
  }

  onSeal(group: number): void {
    this.#sealed.set(group, this.#open);
    this.#open = emptyGroup();
  }

  onDurable(group: number): void {
    const sealed = this.#sealed.get(group);
    if (sealed === undefined) return;
    this.#sealed.delete(group);
    this.#options.store.publish(sealed.positions);
    this.#options.deliveries.deliver(sealed.writes);
  }

  onFailed(group: number, error: Error): void {
    // The first failed group takes all later ones with it, also the one still open.
    if (!this.#sealed.has(group)) return;
    this.#sealed.clear();
    this.#open = emptyGroup();
    this.losses++;
    this.#options.store.truncateToPublished();
    this.#options.onRowsLost(error);
  }
}

function emptyGroup(): Group {
  return { positions: new Map(), writes: [] };
}
