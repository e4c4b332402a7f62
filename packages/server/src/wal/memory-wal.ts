import { PipelinedWal, type PipelinedWalOptions, type SinkStats } from "./pipelined-wal.ts";
import type { ReplayOptions, ReplayResult, Visit, WalEvents } from "./types.ts";

/** For the store that keeps nothing: entries go through commit groups all the same, and are then forgotten. */
export class MemoryWal extends PipelinedWal<PipelinedWalOptions> {
  protected readonly sinkStats: SinkStats = { segmentsCreated: 0, segmentsRecycled: 0, retries: 0 };

  async replay(_visit: Visit, { after }: ReplayOptions): Promise<ReplayResult> {
    this.lastSequence = after;
    return { entries: 0, groups: 0, bytes: 0, tornBytes: 0, lastSequence: after };
  }

  start(events: WalEvents): void {
    let sequence = this.lastSequence;
    const store = (): void => pipeline.stored({ sequence: ++sequence, syncMs: 0 });
    const pipeline = this.openPipeline({ write: () => setImmediate(store) }, events, "eager");
  }

  protected async giveBack(): Promise<void> {}

  protected endSink(): undefined {
    return undefined;
  }
}
