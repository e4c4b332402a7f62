import type { DatabaseInfo, TriggerInfo } from "../../catalog/index.ts";
import type { Logger } from "../../foundation/index.ts";
import { isRemote, type PluginDirectory, type PluginSource } from "../plugin-files/index.ts";
import type { EngineCatalog } from "./running-trigger.ts";

export interface BootOptions {
  readonly catalog: Pick<EngineCatalog, "databases">;
  readonly directory: PluginDirectory;
  readonly logger: Logger;
  start(database: DatabaseInfo, trigger: TriggerInfo, source: PluginSource): void;
  /** Unless something else was done with it while its plugin was fetched. */
  startIfStill(database: string, trigger: TriggerInfo, source: PluginSource): Promise<void>;
  isToStart(database: string, trigger: TriggerInfo): boolean;
  /** Requests for a trigger that is about to start wait until the returned function is called. */
  announce(trigger: TriggerInfo): () => void;
}

interface BootingTrigger {
  readonly database: DatabaseInfo;
  readonly trigger: TriggerInfo;
}

/** Plugins read at the same time when the server starts. */
const OPENED_AT_ONCE = 64;

/** Starts the enabled triggers of a server that starts. One that cannot is logged and keeps no other from starting. */
export class TriggerBoot {
  readonly #options: BootOptions;

  constructor(options: BootOptions) {
    this.#options = options;
  }

  /** `local`: those are started whose plugins lie here. `fetched`: the others too; nobody needs to wait for them. */
  begin(): { readonly local: Promise<void>; readonly fetched: Promise<void> } {
    const enabled = this.#enabled();
    const fetched = this.#startFetched(enabled.filter(({ trigger }) => isRemote(trigger.pluginFilename)));
    const local = this.#startLocal(enabled.filter(({ trigger }) => !isRemote(trigger.pluginFilename)));
    return { local, fetched };
  }

  #enabled(): BootingTrigger[] {
    const databases = [...this.#options.catalog.databases()].filter(({ deleted }) => !deleted);
    return databases.flatMap((database) =>
      [...database.triggers()].filter(({ disabled }) => !disabled).map((trigger) => ({ database, trigger })),
    );
  }

  async #startLocal(triggers: readonly BootingTrigger[]): Promise<void> {
    for (const group of groupsOf(triggers)) {
      const sources = await Promise.allSettled(group.map(({ trigger }) => this.#open(trigger)));
      // In the order of the catalog: of two triggers with one request path the later one has it.
      for (const [i, { database, trigger }] of group.entries()) {
        const source = sources[i]!;
        if (source.status === "fulfilled") this.#options.start(database, trigger, source.value);
        else this.#cannotStart(database, trigger, source.reason);
      }
    }
  }

  async #open({ pluginFilename }: TriggerInfo): Promise<PluginSource> {
    const { directory } = this.#options;
    await directory.recover(pluginFilename);
    return await directory.open(pluginFilename);
  }

  async #startFetched(triggers: readonly BootingTrigger[]): Promise<void> {
    const waiting = triggers.map((booting) => ({
      ...booting,
      settle: this.#options.announce(booting.trigger),
    }));
    for (const group of groupsOf(waiting)) {
      await Promise.all(
        group.map(async ({ settle, ...booting }) => {
          await this.#startWhenFetched(booting);
          settle();
        }),
      );
    }
  }

  async #startWhenFetched({ database, trigger }: BootingTrigger): Promise<void> {
    const { directory, startIfStill, isToStart } = this.#options;
    try {
      const source = await directory.open(trigger.pluginFilename);
      await startIfStill(database.name, trigger, source);
    } catch (error) {
      if (isToStart(database.name, trigger)) this.#cannotStart(database, trigger, error);
    }
  }

  #cannotStart(database: DatabaseInfo, trigger: TriggerInfo, error: unknown): void {
    this.#options.logger.error("failed to start trigger at boot; continuing in degraded state", {
      database: database.name,
      trigger: trigger.name,
      error: error instanceof Error ? error.message : String(error),
    });
  }
}

function groupsOf<T>(items: readonly T[]): T[][] {
  const groups: T[][] = [];
  for (let first = 0; first < items.length; first += OPENED_AT_ONCE)
    groups.push(items.slice(first, first + OPENED_AT_ONCE));
  return groups;
}
