import type { Batcher } from "./data-writes/index.ts";
import type { Interpreters, NetworkFigures } from "./interpreters/index.ts";
import type { PackageManager } from "./packages/index.ts";
import type { RunFigures } from "./runs/index.ts";
import type { TriggerKeeper } from "./triggers/index.ts";

/** What is counted where plugins meet the host. */
export interface HostFigures {
  readonly caches: { readonly bytes: number; readonly entries: number };
  readonly network: NetworkFigures;
  readonly packages: PackageManager["figures"];
}

/** Where the numbers about plugins are, for whoever scrapes. */
export interface EngineFigures {
  readonly runs: RunFigures;
  readonly interpreters: Interpreters;
  readonly deliveries: Pick<Batcher, "queued" | "refused">;
  readonly triggers: Pick<TriggerKeeper, "runningCount">;
  readonly host: HostFigures | undefined;
}
