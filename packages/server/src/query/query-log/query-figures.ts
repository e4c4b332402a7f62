import { Distribution, DURATION_BOUNDS_MS } from "../../foundation/index.ts";
import type { QueryEnd } from "../protocol/index.ts";
import { WorkerGauges } from "./worker-gauges.ts";

const durations = (): Distribution => new Distribution(DURATION_BOUNDS_MS);

/** Counts all queries, those of plugins included, and how long they took. */
export class QueryFigures {
  readonly worker = new WorkerGauges();
  readonly planMs = durations();
  readonly permitMs = durations();
  readonly executeMs = durations();
  readonly computeMs = durations();
  readonly totalMs = durations();
  readonly fileCounts = new Distribution([0, 1, 4, 16, 64, 256, 1024]);
  readonly entered = { received: 0, execution_permit: 0, success: 0, fail: 0, cancel: 0 };
  /** Of the entered ones, those that were under way when their worker ended. */
  #lost = 0;

  get underWay(): number {
    const { received, success, fail, cancel } = this.entered;
    return received - success - fail - cancel - this.#lost;
  }

  started(): void {
    this.entered.received++;
  }

  planned(fileCount: number): void {
    this.entered.execution_permit++;
    this.fileCounts.observe(fileCount);
  }

  ended(end: QueryEnd): void {
    this.entered[end.outcome]++;
    this.planMs.observe(end.planMs);
    this.permitMs.observe(end.permitMs);
    this.executeMs.observe(end.executeMs);
    this.computeMs.observe(end.computeMs);
    this.totalMs.observe(end.totalMs);
  }

  /** None of the queries under way will report its end. */
  abandoned(): void {
    this.#lost += this.underWay;
  }
}
